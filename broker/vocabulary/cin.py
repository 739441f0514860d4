"""Code lists of the children in need census (layouts 2017 to 2026), as codes with their labels.

Codes that a later layout retired are kept: an old return is still a return.
"""
from types import MappingProxyType

REFERRAL_SOURCES = MappingProxyType({
    "1A": "individual: family member, relative or carer",
    "1B": "individual: acquaintance, neighbour or child minder",
    "1C": "individual: self",
    "1D": "individual: other, strangers included",
    "2A": "schools",
    "2B": "education services",
    "3A": "health: general practitioner",
    "3B": "health: health visitor",
    "3C": "health: school nurse",
    "3D": "health: other primary health services",
    "3E": "health: accident and emergency",
    "3F": "health: other, for example hospice",
    "4": "housing",
    "5A": "authority: social care, for example adults",
    "5B": "authority: other internal",
    "5C": "authority: external, another authority",
    "5D": "authority: early help",
    "6": "police",
    "7": "other legal agency, for example courts, probation, prison",
    "8": "other, for example children's centres, voluntary organisations",
    "9": "anonymous",
    "10": "unknown",
})

PRIMARY_NEEDS = MappingProxyType({
    "N1": "abuse, neglect and exploitation",
    "N2": "child's disability",
    "N3": "parental disability or illness",
    "N4": "family in acute stress",
    "N5": "family dysfunction",
    "N6": "socially unacceptable behaviour",
    "N7": "low income",
    "N8": "absent parenting",
    "N9": "cases other than children in need",
    "N0": "not stated",
})

CLOSURE_REASONS = MappingProxyType({
    "RC1": "adopted",
    "RC2": "died",
    "RC3": "child arrangements order",
    "RC4": "special guardianship order",
    "RC5": "transferred to another authority",
    "RC6": "transferred to adult social care",
    "RC7": "services ceased for any other reason",
    "RC8": "closed after assessment, no further action",
    "RC9": "closed after assessment, referred to early help",
})

ETHNICITIES = MappingProxyType({
    "WBRI": "White British",
    "WIRI": "White Irish",
    "WIRT": "Traveller of Irish heritage",
    "WOTH": "any other White background",
    "WROM": "Gypsy or Roma",
    "MWBC": "White and Black Caribbean",
    "MWBA": "White and Black African",
    "MWAS": "White and Asian",
    "MOTH": "any other mixed background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "ABAN": "Bangladeshi",
    "AOTH": "any other Asian background",
    "BCRB": "Caribbean",
    "BAFR": "African",
    "BOTH": "any other Black background",
    "CHNE": "Chinese",
    "OOTH": "any other ethnic group",
    "REFU": "refused",
    "NOBT": "not yet obtained",
})

# Why there is no pupil number; UN5: the sources disagree on who the child is.
UPN_UNKNOWN = frozenset({"UN1", "UN2", "UN3", "UN4", "UN5", "UN6", "UN7"})

NO_FACTORS = "21"

# What an assessment found, as the neutral kind of harm each factor code stands for. 18B and 19B
# are child on child, 18C and 19C adult on child; 18A and 19A were retired for them.
ASSESSMENT_FACTORS = MappingProxyType({
    **dict.fromkeys(("1A", "1B", "1C", "2A", "2B", "2C"), "OTHER"),
    **dict.fromkeys(("3A", "3B", "3C"), "DOMESTIC_ABUSE"),
    **dict.fromkeys(("4A", "4B", "4C", "5A", "5B", "5C", "6A", "6B", "6C", "7A"), "OTHER"),
    **dict.fromkeys(("8B", "8C", "8D", "8E", "8F", "9A"), "OTHER"),
    "10A": "MISSING",
    "11A": "SEXUAL_EXPLOITATION",
    "12A": "TRAFFICKING",
    "13A": "CRIMINAL_EXPLOITATION",
    "14A": "OTHER",
    "15A": "SELF_HARM",
    "16A": "NEGLECT",
    "17A": "EMOTIONAL_ABUSE",
    **dict.fromkeys(("18A", "18B", "18C"), "PHYSICAL_ABUSE"),
    **dict.fromkeys(("19A", "19B", "19C"), "SEXUAL_ABUSE"),
    "20": "OTHER",
    "22A": "FGM",
    "23A": "FAITH_BASED_ABUSE",
    "24A": "CRIMINAL_EXPLOITATION",
})
