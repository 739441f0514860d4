"""How common names are among children here: a frozen part of the identity model.

Shares per ten thousand children, rounded to tiers, compiled for this project; they need only be
of the right size, since they enter by their logarithm. Names of one community go together far
more often than chance, so each group of names has its own share of children.
"""
from collections.abc import Callable
from functools import lru_cache
from math import log2

from broker.identity.names import full_names_of, spelling_of
from broker.identity.transliteration import as_heard, family_as_heard, with_plain_vowels

RARE_BITS = 11.0
"""The most that agreement on a name tells that is not listed, or on a family name; below the
truth, as lists are short, and within what listed names of small communities tell, so that nobody's
records are held together more loosely, or more tightly, because a list forgot them."""
_RARE_BITS_MIN = 9.0
_RARE_BITS_PER_LETTER = 0.5
_RARE_BITS_OF_NONE = 8.0

_GROUP_SHARES = {
    "british": 0.72, "south_asian": 0.11, "eastern_european": 0.07, "arabic_somali": 0.04,
    "west_african": 0.03, "chinese": 0.02, "vietnamese": 0.01,
}

_GIVEN = {
    "british": {
        60: "OLIVER GEORGE NOAH JACK HARRY LEO OLIVIA AMELIA ISLA AVA",
        40: "OSCAR ARCHIE ALFIE THOMAS JOSHUA WILLIAM HENRY CHARLIE JACOB JAMES LILY MIA EMILY "
            "FREYA GRACE POPPY ELLA EVIE CHARLOTTE SOPHIA SOPHIE DAISY FREDDIE THEODORE JAXON",
        25: "SAMUEL BENJAMIN DANIEL ALEXANDER EDWARD JOSEPH LUCAS LOGAN MAX ETHAN ISAAC FINLEY "
            "ARTHUR REUBEN TEDDY RUBY JESSICA EVELYN WILLOW MATILDA ELSIE ISABELLA FLORENCE "
            "PHOEBE SIENNA ROSIE HARRIET ALICE MILLIE HARPER LUNA LOLA MAISIE IVY ARIA "
            "HARRISON RILEY MASON ELIJAH TOMMY ROMAN ALBERT LUKE ADAM MATTHEW RYAN",
        14: "TOBY CALLUM LIAM KIERAN TYLER CONNOR JAYDEN REECE CHRISTOPHER NATHANIEL ZACHARY "
            "FREDERICK DEXTER KAI NATHAN DYLAN JAKE LEWIS MICHAEL DAVID LOUIE SONNY RORY "
            "KAYDEN BRANDON BEN SEBASTIAN STANLEY ELLIOT JUDE FRANKIE BOBBY JENSON "
            "ELIZABETH CATHERINE ABIGAIL REBECCA BETHANY IMOGEN MEGAN LUCY GEORGINA SUMMER LACEY "
            "KEIRA PAIGE SKYE TILLY ALEXANDRA VICTORIA SAMANTHA HOLLY MOLLY CHLOE ELLIE ERIN "
            "HANNAH LEAH LEXI ZARA AMBER AMELIE ANNA BELLA BONNIE CLARA DARCIE ELEANOR ELIZA "
            "EMMA ESME EVA GEORGIA HEIDI JASMINE KATIE LOTTIE MARTHA NANCY PENELOPE ROBYN ROSE "
            "SARA THEA VIOLET BROOKE SCARLETT AURORA HALLIE MARYAM NIAMH",
        6: "JASON AARON JORDAN CAMERON AIDAN BLAKE CALEB CODY COREY DECLAN ELLIS EVAN FELIX "
           "GABRIEL HUGO JOEL JOHN LOUIS LEON MARCUS MILO OLLIE OWEN PATRICK PETER ROBERT "
           "SCOTT SEAN SHANE STEPHEN SIMON TOBIAS VINCENT ZAC BILLY BRADLEY CARTER MARTIN "
           "JEROME ANDRE MALACHI ISAIAH TYRONE DOMINIC CURTIS XAVIER PADRAIG CORNELIUS JEREMIAH "
           "DERMOT TIANA SHANICE AALIYAH NAOMI SIMONE KIARA RENEE JADA ALICIA CHANTELLE DESTINY "
           "MARGARET BRIDGET KATHLEEN SHANNON SINEAD AOIFE CAOIMHE WINIFRED NORA THERESA KAYLA "
           "AIMEE BEATRICE CAITLIN DARCY DEMI EDEN EDITH FAITH GRACIE HOPE IRIS JADE KATE LAURA "
           "LIBBY LYDIA MADISON MARIA MARNIE MEADOW MYA NATALIE NICOLE RACHEL TAYLOR TIA ZOE",
    },
    "south_asian": {
        100: "MOHAMMED", 20: "AISHA FATIMA MARYAM ALI YUSUF IBRAHIM AHMED ZAINAB ZAYAN",
        10: "KHADIJA HAFSA AMINA HAMZA BILAL HASSAN USMAN RAYYAN HUSSAIN INAYA ANAYA NOOR SANA "
            "IMRAN AYAAN EESA MUSA ADAM HAROON",
        4: "SUMAYA IQRA MAHNOOR TASNIM RUKHSANA NUSRAT ADEEL KASHIF TAHMID SHAHID NADEEM FAISAL "
           "ZARA HALEEMA SAFA ARJUN ARYAN ROHAN AARAV PRIYA ANIKA DIYA KIRAN SIMRAN HARPREET",
    },
    "eastern_european": {
        8: "ZUZANNA JULIA MAJA HANNA LENA ALICJA JAKUB ANTONI SZYMON FILIP KACPER ANTON MICHAL",
        4: "KATARZYNA MAGDALENA AGNIESZKA IOANA ELENA ANDREEA GABIJA EMILIJA URTE "
           "WOJCIECH STANISLAW KRZYSZTOF TOMASZ DAWID ANDREI IONUT MATAS DOMANTAS ANASTASIA "
           "DARIA DAVID NIKOLA OLIWIER",
    },
    "arabic_somali": {
        6: "OMAR ABDULLAH ABDIRAHMAN LAYLA YASMIN KHALID MUSTAFA ISMAIL TARIQ",
        3: "HODAN AYAAN IFRAH SAGAL HALIMA NASRA RANIA SALMA HANAN ASMA MAHAD LIBAN SAMIR "
           "ZAKARIYA FARAH HAWA",
    },
    "west_african": {
        3: "ADAEZE CHIAMAKA FOLAKE TEMITOPE ABENA AKOSUA EFUA OLUWASEUN BLESSING NGOZI YETUNDE "
           "ESTHER CHUKWUEMEKA OLUWADAMILOLA KWAME KOFI TUNDE EMEKA AYODELE BABATUNDE KWABENA "
           "OLUMIDE IKENNA",
    },
    "chinese": {
        3: "MEI XIUYING JIA LIHUA YING XINYI YUHAN RUOXI WEI JUN HAORAN ZIHAO MINGHAO JIANHONG "
           "YICHEN BOWEN",
    },
    "vietnamese": {
        3: "LINH MAI LAN HOA ANH HUONG TRANG NGOC THAO THUY PHUONG HANH NGA CHI QUYNH NHUNG "
           "MINH DUC HUNG TUAN NAM QUANG HUY DUNG LONG KHANG PHUC THANH HOANG HIEU DAT TRUNG",
    },
}

_FAMILY = {
    "british": {
        130: "SMITH", 75: "JONES TAYLOR BROWN WILLIAMS",
        45: "WILSON JOHNSON DAVIES WALKER THOMPSON WHITE ROBINSON WRIGHT HUGHES GREEN "
            "HALL WOOD CLARK JACKSON EVANS ROBERTS EDWARDS TURNER HILL",
        28: "COOPER WARD MORRIS MOORE HARRISON BAKER KING MORGAN ALLEN JAMES SCOTT PHILLIPS "
            "WATSON DAVIS PARKER BENNETT YOUNG LEWIS THOMAS HARRIS LEE MARTIN SHAW BAILEY COOK "
            "RICHARDSON MARSHALL COLLINS CARTER MITCHELL CAMPBELL ANDERSON GRAY STEWART",
        14: "METCALFE HODGSON SIMPSON ADAMS BELL MURRAY COX MILLER RICHARDS FOSTER POWELL MASON "
            "WEBB ROGERS HUNT MILLS HOLMES PALMER LLOYD ELLIS BUTLER RUSSELL BARKER FISHER "
            "STEVENS JENKINS DIXON FLETCHER ROBERTSON GRAHAM FRANCIS GORDON GRANT READ HENRY "
            "DOUGLAS HARVEY KELLY KNIGHT MURPHY OBRIEN PEARSON PRICE REYNOLDS STONE STEPHENSON "
            "WALSH WELLS WEST NICHOLSON ATKINSON ARMSTRONG LAWSON PEACOCK",
        6: "DINSDALE THWAITE BRAITHWAITE ACKROYD RAINE CALVERT ALDERSON SUNTER KILBURN APPLEYARD "
           "BARRACLOUGH SOWERBY BULMER HORSFALL ILLINGWORTH PICKERSGILL RAWNSLEY HOLROYD TEMPEST "
           "MCDONAGH CONNORS MAUGHAN JOYCE SWEENEY OREILLY ODONOGHUE MCCARTHY DORAN MONGAN "
           "DOHERTY WHITAKER WHITFIELD WILKINSON NAYLOR NORTH POLLARD SUTCLIFFE",
    },
    "south_asian": {
        60: "KHAN", 45: "HUSSAIN AHMED ALI", 25: "BEGUM AKHTAR PATEL SINGH KAUR",
        12: "MAHMOOD IQBAL MALIK SHAH RAHMAN CHOUDHURY MIAH UDDIN BIBI SHARMA",
        10: "HASSAN",
        6: "RAFIQ ASLAM BUTT MIRZA QURESHI SHEIKH SYED RAJA YOUSAF ISLAM",
    },
    "eastern_european": {
        5: "KOWALSKI NOWAK WISNIEWSKI WOJCIK KAMINSKI LEWANDOWSKI ZIELINSKI SZYMANSKI WOZNIAK "
           "DABROWSKI MAZUR KRAWCZYK POPESCU IONESCU DUMITRU KAZLAUSKAS PETRAUSKAS HORVAT "
           "NOVOTNY POPA",
    },
    "arabic_somali": {
        10: "MOHAMMED IBRAHIM",
        4: "WARSAME ABDI FARAH JAMA MOHAMUD HERSI NOOR ADEN ALHASSAN ELAMIN HADDAD SALEH MANSOUR "
           "KHALIL ABDULLAH OMAR",
    },
    "west_african": {
        4: "OKAFOR ADEYEMI MENSAH OWUSU BOATENG OKONKWO ADEBAYO EZE NWOSU ASANTE BALOGUN DANSO "
           "OGUNLEYE APPIAH",
    },
    "chinese": {
        4: "CHEN WANG ZHANG LIU HUANG WU ZHOU LIN TANG CHEUNG LEUNG KWOK WONG LI",
    },
    "vietnamese": {
        4: "NGUYEN TRAN PHAM HUYNH HOANG PHAN VU VO DANG BUI DO NGO DUONG DINH TRINH TRUONG "
           "LE LY LUONG",
    },
}

Table = dict[str, tuple[float, str]]


def _bits(lists: dict[str, dict[int, str]]) -> Table:
    shares: dict[str, float] = {}
    groups: dict[str, str] = {}
    for group, tiers in lists.items():
        for share, names in tiers.items():
            for name in map(spelling_of, names.split()):
                shares[name] = max(shares.get(name, 0.0), share / 10_000)
                groups.setdefault(name, group)
    return {name: (-log2(share), groups[name]) for name, share in shares.items()}


def _by_sound(table: Table, heard: Callable[[str], str]) -> dict[str, float]:
    """The same bits for spellings that are not listed but sound so; the commonest where several
    do."""
    found: dict[str, float] = {}
    for name, (bits, _) in table.items():
        found[heard(name)] = min(bits, found.get(heard(name), bits))
    return found


_GIVEN_BITS = _bits(_GIVEN)
_FAMILY_BITS = _bits(_FAMILY)
LISTED_GIVEN = {name: bits for name, (bits, _) in _GIVEN_BITS.items()}
LISTED_FAMILY = {name: bits for name, (bits, _) in _FAMILY_BITS.items()}
"""Bits of every listed name, in its one spelling."""
_GIVEN_SOUNDS = _by_sound(_GIVEN_BITS, with_plain_vowels)
_FAMILY_SOUNDS = _by_sound(_FAMILY_BITS, family_as_heard)


def rare_bits(heard: str) -> float:
    """What agreement on a name tells that is not listed, by the letters that are heard: more
    people bear short names (Dar, Liu) than long ones, in every tradition."""
    return min(RARE_BITS, max(
        _RARE_BITS_MIN, _RARE_BITS_OF_NONE + _RARE_BITS_PER_LETTER * len(heard)))


@lru_cache(maxsize=65_536)
def given_bits(token: str) -> float:
    """How much agreement on this given name tells, in bits; a short form counts as its name."""
    listed = [_GIVEN_BITS[full][0] for full in full_names_of(token) if full in _GIVEN_BITS]
    if listed:
        return min(listed)
    return min(_GIVEN_SOUNDS.get(with_plain_vowels(token), RARE_BITS), rare_bits(as_heard(token)))


@lru_cache(maxsize=65_536)
def family_bits(token: str) -> float:
    """How much agreement on this family name tells, in bits."""
    listed = _FAMILY_BITS.get(spelling_of(token))
    if listed is not None:
        return min(listed[0], RARE_BITS)
    heard = family_as_heard(token)
    return min(_FAMILY_SOUNDS.get(heard, RARE_BITS), rare_bits(heard))


def is_listed_given(token: str) -> bool:
    """Whether this is a given name in its own right, and not the misspelling of one."""
    return spelling_of(token) in _GIVEN_BITS


def is_listed_family(token: str) -> bool:
    """Whether this family name is among the common ones."""
    return spelling_of(token) in _FAMILY_BITS


def community_of_given(token: str) -> str | None:
    """The group of names in which a given name is listed."""
    found = _GIVEN_BITS.get(spelling_of(token))
    return found[1] if found else None


def community_of_family(token: str) -> str | None:
    """The same of a family name."""
    found = _FAMILY_BITS.get(spelling_of(token))
    return found[1] if found else None


@lru_cache(maxsize=65_536)
def together_bits(given: str, family: str) -> float:
    """How much less two names of one community tell together (0 or below)."""
    own = _GIVEN_BITS.get(spelling_of(given))
    other = _FAMILY_BITS.get(spelling_of(family))
    if own is None or other is None or own[1] != other[1]:
        return 0.0
    return log2(_GROUP_SHARES[own[1]])
