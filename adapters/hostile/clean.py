"""The folders that the defects spoil: a police force and a home, two children each."""

Files = dict[str, bytes]

NOMINALS = b"""\
nominal_id,given_name,surname,former_surname,date_of_birth,gender,ethnicity,home_address,\
home_postcode,phone,nhs_number,pnc_id,updated_at
N1,Zofia,Wrona,,2011-05-06,Female,W9,1 Quarry Bank,ZZ1 1AA,,,,2026-01-05T09:00:00
N2,Tobias,Adeyemi,,2012-08-09,Male,B2,9 Weir Street,ZZ1 1AB,,,,2026-01-05T09:05:00
"""
INCIDENTS = b"""\
incident_ref,nominal_id,reported_at,caller_type,caller_urn,opening_category,closing_category,\
grade_initial,grade_final,grade_changed_at,grade_change_reason,deployed_at,attended_at,\
child_seen_at,supervisor_reviewed_at,closed_at,location_postcode,updated_at
L1,N1,2026-01-05T21:00:00,parent,,Missing person,,Immediate,,,,,,,,,ZZ1 1AA,2026-01-05T21:05:00
L2,N2,2026-01-05T22:00:00,public,,Concern for safety,,Priority,,,,,,,,,ZZ1 1AB,2026-01-05T22:05:00
"""
RESIDENTS = b"""\
resident_ref,given_name,surname,preferred_name,date_of_birth,sex,nhs_number,placing_authority,\
la_child_id,home_urn,home_postcode,admitted_on,left_on,legal_status,updated_at
R1,Zofia,Wrona,,2011-05-06,F,,815,7001,SC012345,ZZ1 9ZZ,2025-09-01,,C2,2026-01-05T09:00:00
R2,Tobias,Adeyemi,,2012-08-09,M,,815,7002,SC012345,ZZ1 9ZZ,2025-10-01,,V2,2026-01-05T09:00:00
"""
ABSENCES = b"""\
absence_ref,resident_ref,category,noticed_at,last_seen_at,risk,reported_to_police_at,\
police_log_number,reported_to_authority_at,returned_at,child_spoken_to_at,return_interview_at,\
updated_at
A1,R1,missing,2026-01-05T20:40:00,2026-01-05T20:00:00,High,2026-01-05T20:58:00,L1,,,,,\
2026-01-05T21:00:00
A2,R2,missing,2026-01-05T21:40:00,2026-01-05T21:00:00,Medium,2026-01-05T21:58:00,,,,,,\
2026-01-05T22:00:00
"""


def police() -> Files:
    """A clean police folder."""
    return {"nominals.csv": NOMINALS, "incidents.csv": INCIDENTS}


def home() -> Files:
    """A clean home's folder."""
    return {"residents.csv": RESIDENTS, "absences.csv": ABSENCES}


def change(files: Files, file: str, old: bytes, new: bytes) -> Files:
    """The files with one text in one file replaced, which must be there exactly once."""
    assert files[file].count(old) == 1, (file, old)
    return {**files, file: files[file].replace(old, new)}
