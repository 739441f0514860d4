"""The schemes of references: which kind of record a number names, and in whose numbering.

A reference never proves that two records are the same happening; it is the sender's own word for
another record. Schemes are compared as written, values as their rules say (a police log number
one digit off may still belong).
"""

# Police log number in the force's own numbering: carried by the police's own incidents, missing
# reports and notices (`incident_ref`).
INCIDENT = "incident"

# Police log number as another agency noted it down (a home's `police_log_number`, the council's
# "Incident ID"): the natural join key to INCIDENT, often absent, sometimes mistyped, sometimes
# of another force.
POLICE_LOG = "police_log"

# The council's own numbers, each naming the record of that kind in the same system.
CONTACT = "contact"
REFERRAL = "referral"
ASSESSMENT = "assessment"
ENQUIRY = "enquiry"
CONFERENCE = "conference"
PLAN = "plan"
CARE_EPISODE = "care_episode"
PLACEMENT = "placement"

# A police public protection notice, as the police or the council name it.
NOTICE = "ppn"

ALL = frozenset({
    INCIDENT, POLICE_LOG, CONTACT, REFERRAL, ASSESSMENT, ENQUIRY, CONFERENCE, PLAN, CARE_EPISODE,
    PLACEMENT, NOTICE,
})
