"""The words communes put above their columns, and the field each one names. Everything is compared folded (no tones, lower case).

Order matters: the first rule that fits wins, so the particular stands before the general (`CCCD người nhận thay` before
`CCCD`). Vocabulary: TT 02/2021 and TT 76/2021 forms, the e-form of social protection records, and lists as they are kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ansinh.identity.names import fold

_PAYEE = r"(nguoi (nhan thay|nhan ho|(linh|lanh) (thay|ho|giup)|nhan giup|(di|den) (nhan|linh|lanh)|duoc uy quyen|uy quyen|dai dien|giam ho|nhan tien|nhan(?! (tro cap|che do|chinh sach|tcxh|tc|btxh|tro giup|bao tro)\b))|nhan thay|nhan giup|(?<!ca )nhan ho|(linh|lanh) (thay|ho|giup)|uy quyen|giam ho)"
_SUBJECT = r"((nguoi|doi tuong) duoc (cham soc|nuoi duong|nhan cham soc)|duoc cham soc|nguoi khuyet tat duoc)"
_ID = r"(cccd|can cuoc|dinh danh|ddcn|sddcn|cmnd|cmtnd|\bcmt\b|giay to tuy than|\bgttt\b|so giay to|chung minh|\bthe cc\b|\bso dd\b|ma so ca nhan)"
_HAMLET = r"(thon|ap|khu pho|kp|to dan pho|tdp|ban|buon|bon|khom|xom|soc|phum|lang|to)"

#: (field, pattern) for a whole header, parent and child joined. `other` is known but not read.
_RULES: list[tuple[str, str]] = [
    ("stt", r"^(stt|tt|so tt|so thu tu|thu tu|no|so|s t t)$"),
    ("certified_on", r"ngay cap.*xac nhan"),
    ("children_count", r"so (con|tre)\b|con duoi"),
    ("birth", r"^nam sinh tuoi$|^sinh$|^(ngay )?thang nam$|^ngay thang nam$"),
    ("other", r"\b(cha|me|chu ho(?! doi tuong)|vo|chong|nguoi cham soc|lien he khan)\b(?!.*(tro cap|doi tuong))|que quan|dan toc|ton giao|(?<!cao )\btuoi\b|noi cap|ngay cap|bang chu"),
    ("sign", r"^(ky nhan.*|ky ten.*|chu ky.*|ky|.*\(?ky.*ho ten\)?|nguoi nhan ky.*|nguoi nhan tien ky.*|diem chi|ky xac nhan.*|ky va ghi.*)$"),
    ("mandate_until", r"uy quyen.*\b(den|het|thoi han|hieu luc|han)\b|\b(han|den ngay|hieu luc)\b.*uy quyen"),
    ("payee_id_number", rf"{_PAYEE}.*{_ID}|{_ID}.*{_PAYEE}"),
    ("payee_relation", r"quan he|\bqh (voi|nguoi|doi tuong)|^qh$"),
    ("other", rf"{_PAYEE}.*(dia chi|dien thoai|sdt|ngay sinh|nam sinh)|(dia chi|dien thoai|sdt|ngay sinh|nam sinh).*{_PAYEE}"),
    ("account_name", r"chu (tai khoan|tk)|ten (chu )?(tai khoan|tk)|^ten nguoi thu huong|^ten nguoi huong (tren|theo) tk|ten tren (tai khoan|tk)|chu the|nguoi dung (ten )?(tai khoan|tk|the)"),
    ("account_name", r"^(ho (va )?)?ten\b(?!.*\b(ngan hang|nh|nhtm|bank)\b).*\b(tk|tai khoan|the atm)\b"),
    ("full_name", r"^ho (va )?ten (nhu|theo|trong|tren) |^ten (nhu|theo|trong|tren) (so )?(cccd|can cuoc|the can cuoc|giay)"),
    ("payee_name", _PAYEE),
    ("subject_id_number", rf"{_SUBJECT}.*{_ID}|{_ID}.*{_SUBJECT}"),
    ("subject_name", _SUBJECT),
    ("certified_on", r"(ngay|thang|thoi diem).*xac nhan|xac nhan (muc do )?(khuyet tat|kt)|gxn ?kt|ngay giay xac nhan"),
    ("decided_on", r"(ngay|thang).*(quyet dinh|\bqd\b)|(quyet dinh|\bqd\b).*(ngay|thang nam)"),
    ("decision_number", r"quyet dinh|\bqd\b|so qd"),
    ("entitled_from", r"huong tu|thoi (diem|gian) (bat dau )?huong|(thang|ngay) (bat dau )?huong|tu thang|bat dau huong|huong ke tu"),
    ("moved_from", r"chuyen den(?! (nh|ngan hang|tk|stk|tai khoan)\b)|chuyen tu|noi (di|chuyen)"),
    ("old_cmnd", r"(cmnd|cmt|cmtnd|chung minh).*(cu|9 so)"),
    ("cmnd", r"^(so )?(cmnd|cmt|cmtnd|chung minh( nhan dan| thu)?)$"),
    ("birth", r"^(ngay|nam) (thang nam )?sinh (theo|tren|trong)\b"),
    ("id_number", _ID + r"|^(id|so cc|ma cong dan)$"),
    ("birth_male", r"(nam|ngay|thang nam) sinh.*\bnam$|^nam sinh nam\b"),
    ("birth_female", r"(nam|ngay|thang nam) sinh.*\bnu$"),
    ("birth_day", r"\S sinh (ngay|day)$"),
    ("birth_month", r"\S sinh thang$"),
    ("birth", r"chao doi|\bsinh ra\b|ngay ra doi|ngay thang nam sinh|ngay sinh|ngay thang sinh|sinh ngay|\bntns\b|\bngsinh\b|ngay nam sinh|sinh (ngay )?thang"),
    ("birth_year", r"nam sinh|sinh nam|\bns\b|\b(n|ntn|nt) sinh\b|^ntns\b"),
    ("sex_male", r"(gioi tinh|phai|gioi) nam$"),
    ("sex_female", r"(gioi tinh|phai|gioi) nu$|^nu( gioi)?$"),
    ("sex", r"gioi tinh|^phai$|^gioi$|^nam (hay |hoac )?nu$|^gioi nam nu$|^gt$"),
    ("phone", r"dien thoai|\bsdt\b|(?<!ma )(?<!ho )so dt|so dien|so lien lac|di dong|^dt$|^lien he|\btel\b|phone|\bdtdd\b"),
    ("channel", r"\b(tm ck|ck tm)$|tien mat (hoac )?chuyen khoan|chuyen khoan (hoac )?tien mat|^(nhan|linh|lanh|tra|chi) (tien )?(qua|bang)$"),
    ("channel_bank", r"(hinh thuc|phuong thuc|nhan tien|chi tra|linh).* (chuyen khoan|ck|qua (tai khoan|tk|the)|atm|tai khoan|tk)$"),
    ("channel_cash", r"(hinh thuc|phuong thuc|nhan tien|chi tra|linh).* (tien mat|tm|truc tiep)$"),
    ("channel_home", r"(hinh thuc|phuong thuc|nhan tien|chi tra|linh).* (tai nha|tan nha)$"),
    ("channel", r"(hinh thuc|phuong thuc|kenh|cach|noi|\bht|\bpt) (nhan|chi|tra|linh|thanh toan|lanh)|^hinh thuc|^phuong thuc|chi tra qua|^htct$|nhan tien (qua|bang)"),
    ("account_number", r"^(so )?(tk|tai khoan) mo tai"),
    ("bank", r"(^| )mo o\b(?!.*so (tk|tai khoan))"),
    ("bank", r"^(ten )?(ngan hang|nh|nhtm)( |$)(?!.*so (tk|tai khoan))|mo tai|tai (ngan hang|nh)$|^bank"),
    ("bank", r"chi nhanh (ngan hang|nh)\b"),
    ("other", r"chi nhanh"),
    ("account_number", r"so (tai khoan|tk)|\bstk\b|tai khoan|\btk\b|\batm\b"),
    ("bank", r"ngan hang|\bnh\b"),
    ("group_code", r"^ky hieu doi tuong|^ma (theo|phan loai)|^ma( so)?( doi tuong| dt| dien| nhom| che do| tro cap| loai| huong| btxh| tc)*$|(doi tuong|dien|nhom|che do) ma( so)?$|ma (doi tuong|dt|dien|nhom)"),
    ("group_level", r"(muc do|dang|loai|hang)( khuyet)? (tat|kt)|muc do kt|muc do$"),
    ("coefficient", r"he so|^hs"),
    ("other", r"so thang|thang truy|so nguoi|so ho|so luong"),
    ("arrears", r"truy (linh|lanh|tra|nhan)|linh bu|chi bu|bo sung"),
    ("other", r"truy thu|khau tru|giam tru|thu hoi"),
    ("standard", r"muc chuan|chuan tro|don gia|luong co so"),
    ("total", r"tong (so )?(tien|cong|linh|nhan|muc|kinh phi)|thuc (linh|nhan|lanh)|^tong( cong)?$|^cong( tien)?$|thanh tien|duoc nhan|(so tien|muc huong|kinh phi|tro cap) (tong|cong|tong cong)$"),
    ("group_words", r"^tro cap dien|^dien tro cap"),
    ("amount", r"muc (tro cap|huong|tien|chi|tc|linh|tro giup|ho tro|hien huong|phu cap)|so tien|tien (tro cap|tc|huong|duoc huong|linh|thang)|^phai tra|^tri gia|^tro cap|kinh phi|^muc$|^tien$|tro cap (thang|hang thang)|dinh muc|^muc |^(tien )?(lanh|linh)$|so lanh|so linh|^(duoc )?(lanh|linh) "),
    ("surname", r"^ho( va)?( (ten|chu))? (dem|lot)$|^ho$|^ho ten dem$"),
    ("full_name", r"ho (va )?ten|ho (va )?chu dem|^hoten|ho va chu|ten doi tuong|^(ten )?nguoi (duoc )?(thu )?huong|^(ten )?nguoi nhan (tro cap|che do)|^ten$|^ten (nguoi|doi tuong)|ho dem va ten|ho lot va ten|ho ten"),
    ("hamlet", rf"^(ten )?{_HAMLET}\b|(dia chi|noi o|cu tru) {_HAMLET}"),
    ("address", r"dia chi|noi o|cho o|^dia ban|^khu vuc|thuong tru|ho khau|hktt|cu tru|tam tru|noi dk"),
    ("group_words", r"doi tuong|^(thuoc )?dien\b|noi dung (huong|tro cap|chi)|dien (huong|tro cap|chinh sach|doi tuong)|loai (doi tuong|tro cap|hinh)|nhom|che do|chinh sach|loai$|^loai (dien|dt)|^noi dung$|ten dt$|^truong hop|^(duoc )?huong theo"),
    ("note", r"ghi chu|^gc$|chu thich|nhan xet"),
    ("other", r"chuong trinh|nguon|ho ngheo|can ngheo|^(xa|phuong|xa phuong|don vi|huyen|quan|tinh)\b|^(thang|ky|nam)\b|tinh trang|ly do|luong huu|bhyt|hoc|dang\b"),
]  # fmt: skip
RULES = [(field, re.compile(pattern)) for field, pattern in _RULES]

#: Fields that make a row of words a header, and how much each proves.
WEIGHTS = {
    "full_name": 6, "id_number": 4, "cmnd": 3, "birth": 3, "birth_year": 3, "birth_male": 3, "birth_female": 3, "sex": 2, "sex_male": 2, "sex_female": 2, "channel_bank": 1, "channel_cash": 1, "account_number": 3, "bank": 2, "amount": 3,
    "total": 2, "group_words": 3, "group_code": 3, "coefficient": 2, "stt": 1, "address": 1, "hamlet": 1, "surname": 3, "other": 0.5,
}  # fmt: skip
KEY_FIELDS = {
    "id_number",
    "cmnd",
    "birth",
    "birth_year",
    "birth_male",
    "amount",
    "total",
    "group_words",
    "group_code",
    "account_number",
    "coefficient",
}
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
#: `Số TK (1)`, `Mức (*)`: the number of a footnote or column says nothing about the field.
_FOOTNOTE = re.compile(r"(?<=\w)\s*[(\[]\s*(?:\d{1,2}|\*+)\s*[)\]]")
#: Words cut short with a dot, as narrow columns make people write.
_ABBREVIATED = [
    (re.compile(pattern), meant)
    for pattern, meant in (
        (r"\bg(i)? ?tinh\b", "gioi tinh"), (r"\bt ?khoan\b", "tai khoan"), (r"\bd ?tuong\b", "doi tuong"), (r"\bh ?so\b", "he so"),
        (r"\bh (va )?ten\b", "ho va ten"), (r"\buq\b", "uy quyen"), (r"\bg?xn ?kt\b", "xac nhan khuyet tat"), (r"\bd ?chi\b|^d c$", "dia chi"),
        (r"\bd ?thoai\b", "dien thoai"), (r"\btknh\b", "tk ngan hang"), (r"\bn ?hang\b", "ngan hang"), (r"\bg ?chu\b", "ghi chu"), (r"\bs tien\b", "so tien"), (r"\bng (?=nhan|huong|duoc|linh)", "nguoi "),
    )
]  # fmt: skip
_GLUED = {
    "hovaten": "ho va ten", "hoten": "ho ten", "ngaysinh": "ngay sinh", "namsinh": "nam sinh", "gioitinh": "gioi tinh", "socccd": "so cccd",
    "cccdcmnd": "cccd cmnd", "sotk": "so tk", "sotaikhoan": "so tai khoan", "nganhang": "ngan hang", "diachi": "dia chi", "doituong": "doi tuong",
    "madoituong": "ma doi tuong", "heso": "he so", "sotien": "so tien", "muctrocap": "muc tro cap", "ghichu": "ghi chu", "kynhan": "ky nhan",
    "dienthoai": "dien thoai", "sodienthoai": "so dien thoai", "chutaikhoan": "chu tai khoan", "hinhthucnhan": "hinh thuc nhan",
    "hinhthucnhantien": "hinh thuc nhan tien", "sogiayto": "so giay to", "sodinhdanh": "so dinh danh", "tennganhang": "ten ngan hang",
    "truylinh": "truy linh", "tongtien": "tong tien", "socon": "so con", "dienhuong": "dien huong", "thanhtien": "thanh tien",
}  # fmt: skip


#: What a parent turns a plain child into: `Người nhận thay / Họ và tên` is not the beneficiary.
_OF_SOMEBODY_ELSE = {
    "payee_name",
    "payee_id_number",
    "payee_relation",
    "mandate_until",
    "subject_name",
    "subject_id_number",
    "account_name",
}


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header folded to words only: `Số TK\\n(nếu có)` → `so tk neu co`; `HoVaTen` and `ho_ten` are taken apart."""
    words = _NOT_WORDS.sub(" ", _FOOTNOTE.sub(" ", fold(text))).strip()
    if words in _GLUED:
        return _GLUED[words]
    for pattern, meant in _ABBREVIATED:
        words = pattern.sub(meant, words)
    return words


@lru_cache(maxsize=4096)
def field_of(child: str, parent: str = "") -> str | None:
    """The field a header names, or None. Both are header keys; the parent is the merged cell above."""
    if parent and child:
        special = _under(child, parent)
        if special:
            return special
        joined, own = _first_rule(f"{parent} {child}"), _first_rule(child)
        if joined in _OF_SOMEBODY_ELSE or (joined == "other" and _first_rule(parent) == "other"):
            return joined
        return own if own not in (None, "stt") else joined
    return _first_rule(child or parent)


def _first_rule(text: str) -> str | None:
    if not text or len(text) > 90:
        return None
    return next((field for field, pattern in RULES if pattern.search(text)), None)


def _under(child: str, parent: str) -> str | None:
    """Short words that mean something only under their parent."""
    if re.search(r"(nam|ngay|thang) sinh|^sinh", parent):
        return {"nu": "birth_female", "ngay": "birth_day", "thang": "birth_month", "nam": "birth_male", "nam sinh": "birth_year"}.get(child)
    if re.search(r"gioi tinh|^phai|^gioi", parent):
        return {"nam": "sex_male", "nu": "sex_female"}.get(child)
    if re.search(r"tai khoan|\btk\b|chuyen khoan|ngan hang", parent) and not re.search(_PAYEE, parent):
        return {
            "so": "account_number",
            "ten": "account_name",
            "ho ten": "account_name",
            "ho va ten": "account_name",
            "chu": "account_name",
        }.get(child)
    if re.search(r"quyet dinh|\bqd\b", parent):
        return {
            "so": "decision_number",
            "ngay": "decided_on",
            "ngay thang": "decided_on",
            "ngay thang nam": "decided_on",
            "ngay ky": "decided_on",
        }.get(child)
    if re.search(_ID, parent):
        return {"so": "id_number", "ngay": "other", "moi": "id_number", "cu": "old_cmnd"}.get(child)
    if re.search(r"doi tuong|dien huong", parent):
        return {"ma": "group_code", "ten": "group_words", "ma so": "group_code", "loai": "group_words"}.get(child)
    return None
