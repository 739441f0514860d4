"""Names by group, with the nicknames and spellings under which agencies really hold children."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names that occur together, with the ethnicity codes that go with them.

    `weight` is the share of families in percent. `family_first` says that records sometimes hold
    the family name first. `census` is the council's code, `police` the 16+1 code.
    """

    code: str
    weight: int
    census: str
    police: str
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    surnames: tuple[str, ...]
    family_first: bool = False


def _group(
    code: str,
    weight: int,
    ethnicity: str,
    girls: str,
    boys: str,
    surnames: str,
    family_first: bool = False,
) -> NameGroup:
    census, police = ethnicity.split("/")
    given = (tuple(girls.split()), tuple(boys.split()))
    return NameGroup(code, weight, census, police, *given, tuple(surnames.split()), family_first)


GROUPS = (
    _group(
        "white_british",
        56,
        "WBRI/W1",
        "Olivia Amelia Isla Freya Poppy Charlotte Grace Daisy Evelyn Willow Matilda Harriet Ruby "
        "Elizabeth Katherine Jessica Abigail Rebecca Bethany Imogen Megan Lucy Phoebe Georgina "
        "Isabella Florence Summer Lacey Keira Paige Skye Tilly Alexandra Victoria Samantha",
        "Oliver George Harry Noah Jack Leo Oscar Archie Alfie Thomas Joshua William Samuel "
        "Benjamin Daniel Alexander Edward Joseph Toby Callum Liam Kieran Tyler Connor Jayden "
        "Reece Christopher Matthew Nathaniel Zachary Frederick Theodore Dexter Kai Mason",
        "Smith Jones Taylor Brown Walker Thompson White Robinson Wright Hughes Green Hall Wood "
        "Clarke Jackson Turner Cooper Hill Ward Morris Harrison Baker Metcalfe Dinsdale Thwaite "
        "Braithwaite Hodgson Ackroyd Raine Calvert Peacock Alderson Sunter Kilburn Appleyard "
        "Barraclough Sowerby Bulmer Horsfall Illingworth Pickersgill Rawnsley Holroyd Tempest",
    ),
    _group(
        "eastern_european",
        9,
        "WOTH/W9",
        "Zuzanna Julia Maja Hanna Lena Alicja Oliwia Katarzyna Aleksandra Wiktoria Magdalena "
        "Agnieszka Ioana Elena Andreea Gabija Emilija Urte",
        "Jakub Antoni Szymon Filip Kacper Wojciech Stanislaw Mateusz Krzysztof Tomasz Dawid "
        "Michal Andrei Stefan Ionut Matas Lukas Domantas",
        "Kowalski Nowak Wisniewski Wojcik Kaminski Zielinski Szymanski Wozniak Dabrowski Mazur "
        "Krawczyk Popescu Ionescu Dumitru Kazlauskas Petrauskas Horvat Novotny",
    ),
    _group(
        "south_asian",
        11,
        "APKN/A2",
        "Aisha Fatima Maryam Zainab Khadija Hafsa Amina Sumaya Iqra Noor Sana Mahnoor Anaya "
        "Tasnim Rukhsana Nusrat",
        "Mohammed Yusuf Ibrahim Hamza Bilal Zayan Hassan Usman Imran Rayyan Adeel Kashif Tahmid "
        "Shahid Nadeem Faisal",
        "Khan Hussain Ahmed Ali Begum Akhtar Mahmood Iqbal Malik Shah Rahman Choudhury Miah "
        "Uddin Bibi Rafiq Aslam Butt",
    ),
    _group(
        "somali_arabic",
        6,
        "BAFR/B2",
        "Hodan Ayaan Ifrah Sagal Halima Nasra Layla Rania Salma Yasmin Hanan Asma",
        "Abdirahman Abdullahi Mahad Liban Khalid Omar Ahmad Mustafa Tariq Samir Ismail Zakariya",
        "Warsame Abdi Farah Jama Mohamud Hersi Osman Nur Aden Al-Hassan El-Amin Haddad Saleh "
        "Mansour Khalil",
    ),
    _group(
        "west_african",
        5,
        "BAFR/B2",
        "Adaeze Chiamaka Folake Temitope Abena Akosua Efua Oluwaseun Blessing Ngozi Yetunde "
        "Esther",
        "Chukwuemeka Oluwadamilola Kwame Kofi Tunde Emeka Ayodele Babatunde Kwabena Samuel "
        "Olumide Ikenna",
        "Okafor Adeyemi Mensah Owusu Boateng Okonkwo Adebayo Eze Nwosu Asante Balogun Danso "
        "Ogunleye Appiah",
    ),
    _group(
        "chinese",
        3,
        "CHNE/O1",
        "Mei Xiuying Jia Lihua Ying Xinyi Yuhan Ruoxi",
        "Wei Jun Haoran Zihao Minghao Jianhong Yichen Bowen",
        "Chen Wang Zhang Liu Huang Wu Zhou Lin Tang Cheung Leung Kwok",
        family_first=True,
    ),
    _group(
        "irish_traveller",
        4,
        "WIRT/W2",
        "Margaret Bridget Kathleen Shannon Sinead Aoife Caoimhe Winifred Nora Theresa",
        "Patrick Michael Martin Sean Declan Padraig Cornelius Jeremiah Dermot Ciaran",
        "McDonagh Ward Connors Maughan Joyce Collins Sweeney O'Reilly O'Donoghue McCarthy Doran "
        "Mongan",
    ),
    _group(
        "mixed_caribbean",
        6,
        "MWBC/M1",
        "Tiana Shanice Jasmine Aaliyah Naomi Simone Kiara Renee Jada Alicia Chantelle Destiny",
        "Jerome Marcus Andre Malachi Isaiah Elijah Tyrone Dominic Curtis Xavier Leon Nathan",
        "Campbell Grant Bailey Francis Morgan Gordon Clarke Thomas Lewis Reid Henry Palmer "
        "Douglas Bennett",
    ),
)

_NICKNAMES = {
    "Olivia": "Liv", "Amelia": "Millie", "Charlotte": "Lottie", "Evelyn": "Evie",
    "Matilda": "Tilda", "Harriet": "Hattie", "Elizabeth": "Beth", "Katherine": "Kate",
    "Jessica": "Jess", "Abigail": "Abbie", "Rebecca": "Becky", "Georgina": "Georgie",
    "Isabella": "Bella", "Alexandra": "Alex", "Victoria": "Vicky", "Samantha": "Sam",
    "Oliver": "Ollie", "Thomas": "Tom", "Joshua": "Josh", "William": "Billy", "Samuel": "Sam",
    "Benjamin": "Ben", "Daniel": "Danny", "Alexander": "Alex", "Edward": "Ted", "Joseph": "Joe",
    "Christopher": "Chris", "Matthew": "Matt", "Nathaniel": "Nate", "Zachary": "Zac",
    "Frederick": "Freddie", "Theodore": "Theo", "Zuzanna": "Zuza", "Katarzyna": "Kasia",
    "Aleksandra": "Ola", "Magdalena": "Magda", "Agnieszka": "Aga", "Wojciech": "Wojtek",
    "Stanislaw": "Staszek", "Krzysztof": "Krzys", "Tomasz": "Tomek", "Mohammed": "Mo",
    "Yusuf": "Yousef", "Ibrahim": "Ibby", "Abdirahman": "Abdi", "Mustafa": "Musa",
    "Chukwuemeka": "Emeka", "Oluwadamilola": "Dami", "Oluwaseun": "Seun", "Temitope": "Temi",
    "Yetunde": "Yetty", "Margaret": "Maggie", "Bridget": "Bridie", "Kathleen": "Kath",
    "Patrick": "Paddy", "Michael": "Mick", "Jeremiah": "Jerry", "Cornelius": "Con",
    "Elijah": "Eli", "Dominic": "Dom", "Nathan": "Nate", "Jasmine": "Jaz",
}  # fmt: skip

_SPELLINGS = {
    "Mohammed": "Muhammad", "Aisha": "Ayesha", "Maryam": "Mariam", "Zainab": "Zaynab",
    "Hussain": "Hussein", "Ahmed": "Ahmad", "Rahman": "Rehman", "Choudhury": "Chowdhury",
    "Kaminski": "Kaminsky", "Wisniewski": "Wisniewsky", "Zielinski": "Zielinsky",
    "Nowak": "Novak", "Clarke": "Clark", "Thompson": "Thomson", "Hughes": "Hughs",
    "Metcalfe": "Metcalf", "McDonagh": "McDonough", "McCarthy": "MacCarthy", "Sean": "Shaun",
    "Sinead": "Shinead", "Khalid": "Khaled", "Mohamud": "Mohamoud", "Adeyemi": "Adeyeme",
    "Isla": "Ayla", "Harry": "Harrie", "Jayden": "Jaden", "Reece": "Rhys", "Megan": "Meghan",
    "Katherine": "Catherine", "Imogen": "Imogene", "Callum": "Calum", "Kieran": "Kieron",
    "Connor": "Conor", "Tyler": "Tylor", "Bethany": "Bethanie", "O'Reilly": "OReilly",
    "O'Donoghue": "ODonoghue", "Al-Hassan": "Alhassan", "El-Amin": "Elamin",
}  # fmt: skip

_DOUBLED = "lntsrm"


def nickname_of(given: str) -> str:
    """The short form in everyday use, or the name itself where it has none."""
    return _NICKNAMES.get(given, given)


def misspelt(name: str) -> str:
    """The name as somebody writes it who only heard it."""
    if name in _SPELLINGS:
        return _SPELLINGS[name]
    for place in range(1, len(name) - 1):
        letter = name[place]
        if letter == name[place + 1]:
            return name[:place] + name[place + 1 :]
        if letter in _DOUBLED and name[place - 1] in "aeiou":
            return name[:place] + letter + name[place:]
    return name[:-1] if len(name) > 4 else name + "e"
