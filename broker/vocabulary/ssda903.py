"""Code lists and file layouts of the return of looked-after children (SSDA903)."""
from types import MappingProxyType

# Columns of each file, as the return lays them down.
LAYOUTS = MappingProxyType({
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    "episodes": ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
                 "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
    "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
    "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "uasc": ("CHILD", "SEX", "DOB", "DUC"),
    "oc2": ("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK",
            "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE",
            "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
    "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
    "ad1": ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR",
            "LS_ADOPTR"),
    "placed_for_adoption": ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED",
                            "REASON_PLACED_CEASED"),
    "previous_permanence": ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"),
    "sw_episodes": ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
    "dolo": ("CHILD", "DOB", "DOLO_START", "DOLO_END"),
})

# RNE: why an episode began.
START_REASONS = MappingProxyType({
    "S": "started to be looked after",
    "L": "legal status changed, nothing else",
    "P": "placement and carer changed",
    "T": "placement changed, same carer",
    "B": "legal status, placement and carer changed",
    "U": "legal status and placement changed, same carer",
})

# REC: why an episode ended. E43 and E44 were in use before 2019.
END_REASONS = MappingProxyType({
    "X1": "a new episode begins the same day",
    "E11": "adopted, application unopposed",
    "E12": "adopted, consent dispensed with",
    "E2": "died",
    "E3": "care taken over by another authority",
    "E4A": "returned home as planned",
    "E4B": "returned home, not planned",
    "E13": "left to live with others without parental responsibility",
    "E41": "residence or child arrangements order",
    "E43": "special guardianship order to former foster carers",
    "E44": "special guardianship order to others",
    "E45": "special guardianship order to former foster carers, relatives or friends",
    "E46": "special guardianship order to former foster carers, others",
    "E47": "special guardianship order to relatives or friends, not foster carers",
    "E48": "special guardianship order to others, not foster carers",
    "E5": "independent living with support",
    "E6": "independent living without support",
    "E7": "residential care of adult social care",
    "E8": "ceased for any other reason",
    "E9": "sentenced to custody",
    "E14": "accommodation on remand ended",
    "E15": "age assessment found eighteen or over",
    "E16": "moved abroad",
    "E17": "eighteen or over, stayed with carers",
})

PROVIDERS = MappingProxyType({
    "PR0": "parents",
    "PR1": "own authority",
    "PR2": "another authority",
    "PR3": "other public provision",
    "PR4": "private provision",
    "PR5": "voluntary provision",
})

PLACE_CHANGE_REASONS = frozenset({
    "CARPL", "CLOSE", "ALLEG", "STAND", "APPRR", "CREQB", "CREQO", "CHILD", "LAREQ", "PLACE",
    "CUSTOD", "OTHER",
})

# Whether the child was there (PN4: there, and said nothing); PN0 is a child under four.
REVIEW_ATTENDED = MappingProxyType({
    "PN0": None,
    "PN1": True,
    "PN2": True,
    "PN3": True,
    "PN4": True,
    "PN5": False,
    "PN6": False,
    "PN7": False,
})

# A provider that the inspectorate does not register has this in place of a number.
NO_URN = "X" * 7
