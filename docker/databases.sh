#!/bin/sh
# First start of the database container: one database for Airflow, one for the warehouse, each with an owner of its own.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
     --set airflow_password="$AIRFLOW_DB_PASSWORD" --set warehouse_password="$WAREHOUSE_PASSWORD" <<'SQL'
create role airflow login password :'airflow_password';
create database airflow owner airflow;
create role ansinh login createrole password :'warehouse_password';
create database ansinh owner ansinh;
SQL
