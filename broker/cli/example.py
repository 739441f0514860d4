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
'''
