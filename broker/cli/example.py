"""The configuration that `concord init` writes: commented, and working as it stands."""

CONFIGURATION = '''\
# Concord's configuration. Every key is documented here; an unknown key is refused.

[partnership]
name = "North Valley"
timezone = "Europe/London"     # times without an offset are read so

# One section an agency; its code (police, council, riverside) names it everywhere.
[agencies.police]
adapter = "police"             # police, social_care or care_home
name = "North Valley Police"
force_code = "12"
# drop = "police"              # where its files are left; the agency's code when absent
# extract = "changes"          # a row that is absent says nothing; "snapshot": it was withdrawn

[agencies.council]
adapter = "social_care"
name = "North Valley Council"
authority_code = "815"
# lead = "Designated doctor for child deaths"   # who alone is told of a child recorded dead
#                              # and seen alive since; where nobody is named, nobody is told

# Who answers its critical notices, in order: offices, never a person. One that nobody has
# acknowledged after notice_acknowledged_minutes goes to the next of them that is on duty.
# [[agencies.council.contacts]]
# name = "Front door"
# hours = "working_days"         # 09:00 to 17:00, no bank holidays; "always" when absent
# [[agencies.council.contacts]]
# name = "Emergency duty team"
# starts = 2026-04-01            # the first day, and the last, when there are any
# ends = 2027-03-31

[agencies.riverside]           # every home is an agency of its own
adapter = "care_home"
name = "Riverside House"
home_urn = "SC012345"
drop = "homes/riverside"

# No agreement, no sharing: who may publish which streams, and who may then be given them.
[[agreements]]
from = ["police", "council", "riverside"]
to = ["police", "council", "riverside"]
streams = ["person", "incident", "missing", "concern", "care"]
purposes = ["SAFEGUARDING"]
starts = 2020-01-01
# ends = 2027-12-31            # the last day, when there is one
# identifiable = false         # may analysts of the receiving agencies see real ids in replays

[[agreements]]
from = ["police", "council"]
to = ["police", "council"]
streams = ["risk"]
purposes = ["SAFEGUARDING"]
starts = 2020-01-01

# What counts as late, repeated or unseen; docs/rules.md lists every limit with its source.
[limits]
police_record_expected_minutes = 60

# From a day on others are in force; what is not named stays, and the past keeps the past's.
# [[limits_from]]
# starts = 2026-09-01
# police_record_expected_minutes = 45

# How far back anybody may ask what was known; before it the answer is "no longer held".
# [retention]
# history_days = 2555            # seven years; for ever where it is not given

# What each level of agreement between two records is worth; Concord's own table without this.
# [identity]
# model = "identity.json"        # `concord identity train` writes one; from this file's folder on
# population = 20000             # how many children the agencies hold, if more than that
# After a change of either everybody must be linked anew: `concord rebuild`.

# Without the sections below everything is kept in one SQLite file beside this one. With them it
# is served: `concord init --kafka` sets the services up, and `make kafka` starts some to try.
# [kafka]
# bootstrap_servers = ["kafka.example:9093"]
# security = "SASL_SSL"        # TLS and SCRAM-SHA-512; SSL: TLS and a certificate of our own
# username = "concord"
# password_file = "secrets/kafka"           # from this file's folder on; so are the others
# ca_file = "secrets/ca.pem"                # who signed the servers' certificates
# certificate_file = "secrets/concord.pem"  # with SSL
# key_file = "secrets/concord.key"          # with SSL
# namespace = ""               # put before all names, where partnerships share the services
# replication = 3              # copies of each topic; 1 where none is given
# inbox_days = 30              # how long topics that expire are kept: intake has long taken it
# held_days = 90               # the store keeps what waits for a person; this is the copy
# rejected_days = 90           # a term to mend an adapter and redrive
# feed_days = 60               # a system may be away over the summer and still find everything
# notices_days = 90            # as long as a feed, and a month for who asks what was told
# allow_plaintext = false      # true: without TLS beyond this machine, if whoever starts Concord
#                              # says so again, with CONCORD_ALLOW_PLAINTEXT=yes

# [registry]
# url = "https://registry.example/apis/ccompat/v7"
# username = "concord"
# password_file = "secrets/registry"
# ca_file = "secrets/ca.pem"
# allow_plaintext = false      # http beyond this machine

# [postgres]
# host = "postgres.example"
# port = 5432
# database = "concord"
# user = "concord"
# password_file = "secrets/postgres"
# ca_file = "secrets/ca.pem"   # needed beyond this machine: the server must prove who it is
# allow_plaintext = false      # true: without TLS beyond this machine

# [tracing]                    # spans of some statements, without a word of what they say
# endpoint = "http://127.0.0.1:4318/v1/traces"
# share = 0.01
# allow_plaintext = false      # http beyond this machine
'''
