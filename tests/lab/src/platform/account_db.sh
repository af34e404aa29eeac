# Makes a host of the lab the server of the account database. Behaviour: 000 L40, L45, L52 (the tables access_key and console_key,
# by id). The user may only read.
# shellcheck shell=sh
set -eu
printf '[mysqld]\nbind-address = 0.0.0.0\nskip-name-resolve\n' >/etc/mysql/mariadb.conf.d/90-lab.cnf
systemctl enable --quiet mariadb
systemctl restart mariadb
mariadb <<'SQL'
CREATE OR REPLACE DATABASE account;
CREATE TABLE account.access_key (access_key_id VARCHAR(64) PRIMARY KEY, secret_access_key VARCHAR(64));
CREATE TABLE account.console_key (console_key_id VARCHAR(64) PRIMARY KEY, secret_console_key VARCHAR(64));
INSERT INTO account.access_key VALUES ('MADEUPACCESSKEYID', 'made-up-account-secret');
INSERT INTO account.console_key VALUES ('MADEUPCONSOLEKEYID', 'made-up-account-console-secret');
CREATE OR REPLACE USER reader IDENTIFIED BY 'made-up-database-password';
GRANT SELECT ON account.* TO reader;
SQL
