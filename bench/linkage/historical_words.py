"""Names, places and occupations of the made-up historical people, commonest first.

Compiled for this project. Only the order is used: how often a word occurs follows from its place.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN = _words("""
    william john thomas george james charles henry robert edward richard joseph david samuel
    francis arthur alexander peter walter frederick edmund philip hugh andrew alfred harry
    daniel michael nicholas benjamin ralph anthony albert stephen christopher paul ernest simon
    herbert patrick matthew roger stanley lewis leonard martin percy geoffrey kenneth ronald
    sidney reginald horace gilbert jonathan brian laurence alan donald harold roland edgar
    archibald nathaniel augustus eric gerald isaac humphrey godfrey douglas cecil adam mark
    bernard denis evan owen colin ian neil graham leslie raymond theodore rowland ambrose
    jeremy timothy oliver duncan malcolm bertram cuthbert claude clement ebenezer ezra gregory
    gordon hector jacob josiah julian lionel luke miles norman oswald rupert sebastian silas
    solomon tobias valentine vincent vivian wilfred abraham aubrey barnaby basil caleb conrad
    cornelius crispin dudley eustace everard felix giles hamish ignatius jasper jethro lancelot
    lawrence marmaduke maurice montague neville noel obadiah octavius peregrine quentin
    randolph roderick septimus thaddeus ughtred victor
""")

WOMEN = _words("""
    mary elizabeth anne margaret jane catherine sarah frances dorothy alice florence eleanor
    emma charlotte caroline ellen emily martha harriet helen edith isabella susan louisa julia
    hannah lucy maria sophia barbara joan georgiana amelia agnes ethel mabel constance beatrice
    ada amy rosemary victoria rose matilda henrietta gertrude marjorie kathleen patricia judith
    rachel rebecca ruth evelyn gwendoline hilda jessie jennifer christina clara adelaide
    augusta blanche bridget cecilia clementina diana edwina eliza euphemia fanny flora grace
    honor ida irene lavinia letitia lilian lydia madeleine maud mildred muriel nancy olive
    pamela penelope phyllis priscilla rosalind sybil theodora ursula violet winifred
""")

# The first of a line is the full name; the others stand for it in a careless record.
SHORT_FORMS = """
    william will bill billy willie wm
    john jack johnny jno jon
    thomas tom tommy thos
    george georgie geo
    james jim jimmy jamie jas
    charles charlie chas chuck
    henry harry hal hen
    robert bob rob bobby robin bert
    edward ted ned eddie edw
    richard dick rich rick richd
    joseph joe jos joey
    david dave davy dai
    samuel sam sammy saml
    francis frank fran
    arthur art artie
    alexander alex sandy alec sandie
    peter pete
    walter wat walt wally
    frederick fred freddie fredk
    edmund ned ed
    philip phil pip
    hugh hughie hew
    andrew andy drew
    alfred alf fred alfie
    daniel dan danny danl
    michael mick mike mickey
    nicholas nick nicol
    benjamin ben benj benny
    ralph rafe
    anthony tony antony
    albert bert al bertie
    stephen steve steven
    christopher chris kit
    ernest ernie
    herbert herb bert
    patrick pat paddy
    matthew matt mat
    lewis lew louis
    leonard len leo
    geoffrey geoff jeffrey
    kenneth ken kenny
    ronald ron ronnie
    reginald reg reggie
    laurence larry laurie lawrence
    archibald archie
    nathaniel nat nathan
    gerald gerry jerry
    theodore theo ted
    timothy tim
    oliver noll ollie
    mary molly polly may moll
    elizabeth eliza betty bess beth lizzie betsy liz
    anne nan nancy annie ann hannah
    margaret peggy meg maggie madge rita
    jane jenny janet jean
    catherine kate kitty katherine kathleen cathy
    sarah sally sadie
    frances fanny fran
    dorothy dolly dot dora
    florence flo florrie
    eleanor nell ellen nelly nora
    charlotte lottie
    caroline carrie caro
    emily em emmie
    martha patty mattie
    harriet hattie harry
    helen nell ellen nelly
    isabella bella isobel
    susan sue sukey susanna
    victoria vicky
    matilda tilly maud
    gertrude gertie trudy
    rebecca becky
    amelia millie amy
    patricia pat trish
    jennifer jenny jen
    christina tina chris
    winifred winnie freda
    rosemary rose rosie
"""

SURNAMES = _words("""
    smith jones williams taylor brown davies evans thomas wilson johnson roberts robinson
    thompson wright walker white edwards hughes green hall lewis harris clarke jackson wood
    turner martin cooper hill ward morris moore clark lee king baker harrison morgan allen
    james scott phillips watson davis parker price bennett young griffiths mitchell kelly cook
    carter richardson bailey collins bell shaw murphy miller cox richards khan marshall
    anderson simpson ellis adams singh begum wilkinson foster chapman powell webb rogers gray
    mason ali hunt hussain campbell matthews owen palmer holmes mills barnes knight lloyd
    butler russell barker fisher stevens jenkins murray dixon harvey graham pearson ahmed
    fletcher walsh kaur gibson howard andrews stewart elliott reynolds saunders payne fox ford
    pearce day brooks west lawrence cole atkinson bradley spencer gill dawson watts burton bibi
    kay hamilton stone hart francis gordon armstrong grant douglas stanley cavendish herbert
    montagu percy villiers fitzroy grosvenor lennox seymour talbot neville clifford courtenay
    vane lyttelton pelham harcourt temple grenville walpole townshend wyndham carew drake
    raleigh hawkins frobisher cecil bacon cromwell fairfax ireton lambert vernon rodney hood
    jervis keats shelley wordsworth coleridge blake constable gainsborough hogarth lely kneller
    wren hawksmoor vanbrugh soane nash pugin telford brunel stephenson watt arkwright boulton
    wedgwood darwin huxley hooker lyell faraday maxwell kelvin rutherford thomson dalton davy
    priestley boyle hooke newton halley flamsteed maskelyne herschel macdonald mackenzie mackay
    macleod fraser sinclair bruce wallace stuart drummond hay ogilvy lindsay ramsay keith
    forbes gladstone disraeli peel melbourne grey canning pitt burke sheridan swift pope dryden
    milton marvell donne jonson marlowe kyd lyly nashe greene lodge peele sidney o'brien
    o'connor o'neill o'donnell fitzgerald fitzgibbon plunkett barry roche power abbott acland
    addison ainsworth akers aldous appleyard arden ashby askew astley atherton austen babington
    bagot baldwin bancroft barlow barnard bartlett bateman beaumont beckett bellamy benson
    berkeley birch bishop blackburn blackwell blount bolton booth bowen bowles boyce bramley
    brewer briggs bristow broughton browning buckley bullock burgess burnett byron calvert
    cardew carlisle carrington chaloner chandler charlton chester churchill clayton cobbett
    colville compton conway cornwallis cotton crane crawford croft crosby cunningham curtis
    dacre dalrymple dampier daniell
""")

STARTS = _words("""
    ack al ark ash bar bas bed bex bick bing black blen bol bos brad bram bred brock buck bur
    cad cald car cast chad chal chat chel chis cleve cob col cran craw cud dag dal dan dar den
    det dod dray dun eck el en esk ever fal far fen fern frod gar gat gold gren had hal ham har
    hask hazel hep hes hol horn hox ick ink kel ken kil king kirk lam lang lax led lin lock lud
    mal mar mel mid mor nay new nor oak orm os pad pen pick pres quar rad ram rav red ris ros
    rud sal sand sel shel sker stan stock strat sut tal tan thorn thur til tren tud un ver wad
    wal ware wex whit wim wol wraight yar york
""")

MIDDLES = ("", "", "", "", "er", "ing", "en", "le", "ar", "in", "el", "ham", "as")

ENDS = _words("""
    ton ham ley worth by field ford wick ridge well stead den combe thwaite bury house man son
    wood brook bourne hurst er croft gate land more shaw low ing stone beck holm mere wright
""")

# county: postcode area: towns, the largest first
COUNTIES = """
    middlesex: ec,wc,nw,sw,se,w,e,n: london
    warwickshire: b,cv: birmingham coventry warwick rugby
    lancashire: m,l,pr,bb,bl: manchester liverpool preston bolton blackburn lancaster burnley
    yorkshire: ls,s,yo,bd,hx,hd,hu: leeds sheffield york bradford halifax huddersfield hull whitby
    gloucestershire: gl,bs: bristol gloucester cheltenham cirencester tewkesbury
    midlothian: eh: edinburgh leith dalkeith
    lanarkshire: g,ml: glasgow hamilton lanark
    kent: ct,me,tn,da: canterbury maidstone rochester dover faversham tonbridge
    surrey: gu,kt,rh: guildford croydon farnham kingston epsom
    sussex: bn,rh,tn: brighton chichester lewes hastings horsham
    hampshire: so,po,gu: southampton portsmouth winchester andover
    devon: ex,pl,tq: exeter plymouth torquay barnstaple tavistock
    norfolk: nr,pe: norwich yarmouth thetford dereham
    nottinghamshire: ng: nottingham newark mansfield
    derbyshire: de: derby chesterfield buxton
    leicestershire: le: leicester loughborough hinckley
    oxfordshire: ox: oxford banbury henley
    cambridgeshire: cb,pe: cambridge ely wisbech
    somerset: ba,ta: bath taunton wells bridgwater
    cheshire: ch,sk,cw: chester stockport macclesfield nantwich
    staffordshire: st,ws,wv: stafford wolverhampton lichfield stoke
    essex: cm,co,ss: colchester chelmsford harwich maldon
    suffolk: ip: ipswich sudbury lowestoft
    northumberland: ne,td: newcastle alnwick hexham berwick
    durham: dh,sr,dl: durham sunderland darlington
    worcestershire: wr,dy: worcester dudley malvern
    lincolnshire: ln,pe: lincoln grantham boston stamford
    cornwall: tr,pl: truro penzance falmouth bodmin
    northamptonshire: nn: northampton kettering daventry
    wiltshire: sn,sp: salisbury swindon devizes
    shropshire: sy,tf: shrewsbury ludlow oswestry
    cumberland: ca: carlisle cockermouth penrith
    dorset: dt,bh: dorchester poole sherborne
    glamorgan: cf,sa: cardiff swansea merthyr
    aberdeenshire: ab: aberdeen peterhead
    dublin: bt: dublin kingstown
    herefordshire: hr: hereford ledbury
    bedfordshire: mk: bedford luton
    berkshire: rg,sl: reading windsor newbury
    hertfordshire: al,sg,wd: hertford watford hitchin
    monmouthshire: np: newport monmouth
    rutland: le: oakham
"""

LONDON = _words("""
    westminster kensington chelsea hackney islington lambeth southwark marylebone camberwell
    stepney hampstead holborn finsbury shoreditch wandsworth battersea greenwich deptford
    hammersmith paddington fulham clerkenwell bermondsey whitechapel
""")

OCCUPATIONS = _words("""
    politician cricketer painter writer footballer actor poet priest composer lawyer journalist
    military-officer botanist photographer architect historian engineer physician singer
    mathematician novelist theologian rugby-player merchant chemist printmaker sculptor
    diplomat naturalist illustrator explorer economist judge banker publisher philosopher
    astronomer tennis-player geologist playwright engraver musician surgeon zoologist
    entomologist peer naval-officer translator missionary antiquarian librarian inventor rower
    golfer
""")
