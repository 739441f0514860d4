"""Names of a hard world, by tradition: common ones, and two sets of which no list knows most.

Compiled by hand for this project. `common` holds names that Concord's own frequency and nickname
lists mostly know; `first` and `second` are further names, apart from each other: a world made for
development takes the first, a world held back takes the second, so that what was learnt from
names is not mistaken for what was learnt about names.
"""
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Given names of girls and boys, and family names."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """The names of one tradition. `weight` is its share of families in percent; `ways` name the
    habits of writing that go with it (see writing.py)."""

    group: str
    weight: int
    common: Words
    first: Words
    second: Words
    ways: frozenset[str] = frozenset()


def words(girls: str, boys: str, families: str) -> Words:
    """Names from texts of words; an underscore stands for a space."""
    return Words(*(tuple(each.replace("_", " ") for each in text.split())
                   for text in (girls, boys, families)))


WHITE_BRITISH = Stock(
    "white_british", 34,
    words("Olivia Amelia Isla Freya Poppy Charlotte Grace Daisy Evelyn Willow Matilda Ruby "
          "Elizabeth Katherine Jessica Abigail Rebecca Bethany Megan Lucy Isabella Lily Mia Emily",
          "Oliver George Harry Noah Jack Leo Oscar Archie Alfie Thomas Joshua William Samuel "
          "Benjamin Daniel Alexander Edward Joseph Callum Tyler Connor Jayden James Christopher",
          "Smith Jones Taylor Brown Walker Thompson White Robinson Wright Hughes Green Hall Wood "
          "Clarke Jackson Turner Cooper Hill Ward Morris Harrison Baker Metcalfe Wilson"),
    words("Ottilie Saffron Cordelia Kayleigh Tamsin Verity Hermione Blossom Clementine Marnie "
          "Ffion Rhiannon Elspeth Mairi Tabitha Jorgie Ellie-Mae Lacey-Mae Gwendolyn Coraline",
          "Barnaby Rafferty Casper Jago Fergus Angus Hamish Crispin Ellis-James Kian Tobin Rowan "
          "Ronnie-Lee Alfie-Jay Gethin Rhodri Wilfred Montgomery Zander Brogan",
          "Quibell Thackray Ogden Murgatroyd Satterthwaite Blenkinsop Fothergill Heseltine Pratt "
          "Wigglesworth Duckworth Ramsbottom Entwistle Crabtree Greenhalgh Cruickshank Farquhar "
          "Llewellyn Prosser Gwilliam Trevithick Penhaligon Tregenza Goldsbrough Hepworth Lumb"),
    words("Persephone Bryony Jemima Lowenna Demelza Carys Seren Mabli Catriona Morag Fearne "
          "Dorothea Primrose Winter Kaci-Leigh Lexi-Mae Sorrel Beatrix Henrietta Araminta",
          "Lachlan Struan Caradoc Emrys Perran Digby Ptolemy Hector Tarquin Bodhi Kaiden-Lee "
          "Riley-James Corbin Denver Maverick Otis Ludo Piers Gulliver Torin",
          "Arkwright Bickerstaffe Clegg Dewhirst Eckersley Featherstone Grimshaw Haigh Inchbald "
          "Jagger Kershaw Longbottom Micklethwaite Nuttall Oldroyd Pybus Rowbottom Shuttleworth "
          "Tattersall Urquhart Verrall Wolstenholme Yelland Pengelly Bevan Cadwallader"),
)
TRAVELLER = Stock(
    "irish_traveller", 5,
    words("Margaret Bridget Kathleen Shannon Sinead Aoife Winifred Nora Theresa Mary",
          "Patrick Michael Martin Sean Declan Padraig Jeremiah Dermot John Thomas",
          "McDonagh Ward Connors Maughan Joyce Collins Sweeney O'Reilly O'Donoghue McCarthy "
          "Doran"),
    words("Philomena Concepta Assumpta Bernadette Saoirse Grainne Orlaith Dearbhla Roisin Eileen",
          "Fintan Cathal Donnacha Ruairi Oisin Lorcan Colm Eoghan Diarmuid Tadhg",
          "McGinley Cawley Delaney O'Driscoll Harty Quilligan Stokes Mongans O'Leary Gavin Coffey "
          "Hutchinson MacAuliffe Kiely"),
    words("Attracta Immaculata Nuala Fionnuala Sorcha Blathnaid Eithne Noreen Majella Ciara",
          "Aodhan Cormac Finbarr Niall Ultan Brendan Senan Malachy Phelim Rory",
          "Casey O'Halloran McInerney Crumlish Faulkner Hanrahan Sherlock Nevin O'Sullivan Reilly "
          "Mahon Dinnigan MacNamara Flynn"),
    frozenset({"irish"}),
)
CARIBBEAN = Stock(
    "caribbean", 6,
    words("Tiana Shanice Aaliyah Naomi Simone Kiara Renee Jada Alicia Chantelle Destiny",
          "Jerome Marcus Andre Malachi Isaiah Elijah Tyrone Dominic Curtis Xavier Leon",
          "Campbell Grant Bailey Francis Morgan Gordon Thomas Lewis Reid Henry Palmer Douglas"),
    words("Shaniqua Keisha Latoya Amoya Zariah Nevaeh Rhianna Kehlani Marvalyn Ayanna Tanisha",
          "Deshawn Rohan-Jay Tyreese Kemar Shaquille Javonte Romario Khalil-Jay Akeem Devonte "
          "Omari",
          "Cumberbatch Brathwaite Delgado Lindo Blagrove Mcfarlane Gayle Sinclair Powell-Brown "
          "Chambers Pinnock Wedderburn Samuels Esdaille"),
    words("Shantae Monifa Kenisha Talisa Jahnae Zanaya Oneika Sherelle Nyasia Imani Latisha",
          "Jahmai Tremaine Oshane Raheem Damani Lamar Kyrone Zaire Delroy Winston-Lee Theron",
          "Blackwood Cuffy Hinds Lovelace Nurse St_Hilaire Weekes Boothe Dacres Fearon Greenidge "
          "Jarrett Livermore Tulloch"),
)
POLISH = Stock(
    "polish", 9,
    words("Zuzanna Julia Maja Hanna Lena Alicja Oliwia Katarzyna Aleksandra Wiktoria Magdalena",
          "Jakub Antoni Szymon Filip Kacper Wojciech Stanisław Mateusz Krzysztof Tomasz Michał",
          "Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Woźniak "
          "Dąbrowski Mazur Krawczyk"),
    words("Małgorzata Bożena Grażyna Dobrawa Jagoda Kalina Ludwika Pola Bronisława Ewelina",
          "Bartłomiej Grzegorz Ignacy Jarosław Przemysław Sławomir Zbigniew Radosław "
          "Mieszko Bogusław",
          "Jabłoński Pawłowski Wróblewski Chmielewski Sikorski Gutowski Brzęczyszczykiewicz "
          "Kuśmierek Ślusarczyk Zawadzki Rutkowski Pietrzak Gwiazda Sroka"),
    words("Stanisława Róża Apolonia Jadwiga Żaneta Wiesława Celina Izabela Tekla Miłosława",
          "Cezary Dariusz Eryk Gniewko Janusz Leszek Mirosław Wiesław Zdzisław Ryszard",
          "Borkowski Cieślak Gąsiorowski Jaworski Krzyżanowski Łukaszewicz Marciniak "
          "Olszewski Przybylski Szczepański Tomczyk Urbański Witkowski Żuk"),
    frozenset({"polish"}),
)
CYRILLIC = Stock(
    "cyrillic", 4,
    words("Anastasia Daria Elena Julia Victoria Alexandra Maria Sofia Anna Natalia",
          "Anton Alexander Andrei David Maxim Nikolai Dmitri Mikhail Ivan Alexei",
          "Ivanov Petrov Popov Smirnov Kuznetsov Volkov Novikov Morozov Kovalenko Shevchenko"),
    words("Zlata Yevgeniya Lyudmila Oksana Kateryna Tsvetelina Radka Snezhana Zhanna Galina",
          "Yevgeni Vyacheslav Yaroslav Bohdan Volodymyr Zhivko Tsvetan Kyrylo Vsevolod Gennady",
          "Yushchenko Zhukov Khrushchev Tsvetkov Dimitrov Stoyanov Yakovenko Chernyshev Fedorov "
          "Lysenko Hrytsenko Zhelyazkov"),
    words("Ksenia Yelizaveta Nadezhda Svitlana Yuliana Bilyana Desislava Raisa Zoya Milena",
          "Timofey Oleksiy Lyubomir Zakhar Yuriy Svetoslav Plamen Artyom Rostislav Ihor",
          "Gorbachov Yanukovych Khmelnytsky Zaytsev Bondarchuk Hadzhiev Yordanov Chaykovsky "
          "Lukyanenko Shcherbak Tymoshchuk Vasilev"),
    frozenset({"cyrillic"}),
)
