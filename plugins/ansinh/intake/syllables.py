"""Whether a word can be a Vietnamese syllable: the proof that a column was decoded with the right table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONSET_LIST = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x"
_ONSETS = _ONSET_LIST.split()
_RIME_LIST = """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oan oang oanh
    oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uynh uyt uyu uôc uôi uôm uôn uông uôt
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu
    uai uan uang uanh uao uat uay uăc uăn uăng uăt ue uen ueo uet uôt uych"""
_RIMES = frozenset(_RIME_LIST.split())
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SPLIT = re.compile("^(" + "|".join(sorted(_ONSETS, key=len, reverse=True)) + ")?(.+)$")

#: Words of nearly every list: surnames, middle names, words of headers, addresses and groups.
_COMMON_LIST = """nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn trịnh đinh lâm phùng tô trương vương
    tạ châu quách tăng hà đồng thạch điểu lưu thái triệu lương la thị văn đức hữu ngọc hồng đình công xuân thúy thủy hòa hương
    hạnh phương tuyết bé tư năm sáu bảy tám chín út tài hùng dũng cường thắng sơn hải bình đẹp nhung yến hiền lệ mỹ quý
    ấp thôn bản xã phường khu phố tổ nữ người khuyết tật nặng đặc biệt tuổi trẻ hộ nghèo từ đủ đến dưới mất nguồn nuôi dưỡng
    tiền mặt chuyển khoản ngân hàng nông nghiệp họ và tên ngày giới tính số địa chỉ đối tượng mã hệ mức trợ cấp tổng cộng
    sách chi trả tháng bằng chữ lập biểu chủ tịch ủy nhân dân hưởng diện nơi ở ký nhận ghi chú bưu điện việt nam
    thuyết kế toán là con một hai ba bốn năm giáo phước thành hưu trí hội"""
SURNAMES = frozenset(
    [
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "huỳnh",
        "hoàng",
        "phan",
        "vũ",
        "võ",
        "đặng",
        "bùi",
        "đỗ",
        "hồ",
        "ngô",
        "dương",
        "lý",
        "đào",
        "đoàn",
        "trịnh",
        "đinh",
        "lâm",
        "phùng",
        "tô",
        "trương",
        "vương",
        "tạ",
        "châu",
        "quách",
        "tăng",
        "hà",
        "đồng",
        "thạch",
        "điểu",
        "lưu",
        "thái",
        "triệu",
        "lương",
        "la",
        "danh",
        "kim",
        "sơn",
        "mai",
        "cao",
        "chu",
        "từ",
        "tống",
        "tôn",
        "ông",
        "quan",
        "kiều",
        "nông",
        "lò",
        "lường",
        "giàng",
        "vàng",
        "lục",
        "bế",
        "hứa",
        "mạc",
        "đàm",
        "thân",
        "nghiêm",
        "khúc",
        "hầu",
        "phó",
        "giang",
        "lại",
        "doãn",
        "thị",
    ]
)
COMMON = frozenset(_COMMON_LIST.split())


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """True when the word has a Vietnamese onset and rime (any tone, any case)."""
    plain = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", word.lower())))
    if plain in _RIMES:
        return True
    found = _SPLIT.match(plain)
    if found is None or found[1] is None:
        return False
    return found[2] in _RIMES or (found[1] == "gi" and ("i" + found[2]) in _RIMES) or (found[1] == "q" and found[2] in _RIMES)


def plausibility(words: list[str]) -> float:
    """0 for noise, 1 for syllables, up to 2 for words of every list; mean over the words."""
    if not words:
        return 0.0
    return sum(is_syllable(word) + (word.lower() in COMMON) for word in words) / len(words)
