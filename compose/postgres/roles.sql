-- Two roles, neither a superuser, each with a database of its own that the other cannot enter.
\set concord_password `cat /credentials/concord`
\set registry_password `cat /credentials/registry`
CREATE ROLE concord LOGIN PASSWORD :'concord_password';
CREATE ROLE registry LOGIN PASSWORD :'registry_password';
CREATE DATABASE concord OWNER concord;
CREATE DATABASE registry OWNER registry;
REVOKE CONNECT, TEMPORARY ON DATABASE concord FROM PUBLIC;
REVOKE CONNECT, TEMPORARY ON DATABASE registry FROM PUBLIC;
