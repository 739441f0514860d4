"""Names of a hard world: traditions of South Asia, Arabia, Africa and East Asia."""
from broker.world.hard.stocks import Stock, words

SOUTH_ASIAN = Stock(
    "south_asian", 13,
    words("Aisha Fatima Maryam Zainab Khadija Hafsa Amina Sumaya Iqra Noor Sana Mahnoor Anaya",
          "Mohammed Yusuf Ibrahim Hamza Bilal Hassan Usman Imran Rayyan Kashif Shahid Ali Ahmed",
          "Khan Hussain Ahmed Ali Begum Akhtar Mahmood Iqbal Malik Shah Rahman Choudhury Miah "
          "Uddin Bibi Butt"),
    words("Zubaida Shagufta Rubina Tahira Mehreen Naila Shabnam Rabia Zunaira Farzana Bushra "
          "Kiran",
          "Ghulam Zulfiqar Naveed Shoaib Waqas Junaid Asad Muzammil Rizwan Tauseef Qasim Wajid "
          "Mohammed_Zubair Muhammad_Asim",
          "Chaudhary Bhatti Rathore Gondal Janjua Kayani Awan Siddiqui Ansari Bajwa Talukdar "
          "Sarkar "
          "Mollah Laskar Dar Lodhi"),
    words("Samina Nazia Humaira Sobia Parveen Uzma Shaista Jamila Lubna Zarmina Munira Ruqayya",
          "Aftab Khurram Nasir Pervez Sajjad Tanveer Yasir Zeeshan Ehsan Irfan Liaqat Mubashir "
          "Abdul_Hadi Mohammed_Saqib",
          "Abbasi Baig Cheema Durrani Farooqi Ghani Hashmi Jafri Kazmi Lashari Minhas Niazi "
          "Pirzada Raza Tarar Wazir"),
    frozenset({"arabic", "south"}),
)
PUNJABI = Stock(
    "punjabi_hindu", 6,
    words("Simran Priya Anika Diya Kiran Harpreet Jasmine Meera",
          "Arjun Aryan Rohan Aarav Karan Jaspreet Manpreet Dev",
          "Singh Kaur Patel Sharma Gill Sandhu Dhillon Shah Kumar"),
    words("Gurleen Jasleen Navdeep Parminder Rupinder Sukhmani Lakshmi Vaishnavi Nandini Hetal",
          "Gurpreet Balwinder Harjinder Kulwant Sukhdeep Tejinder Dhruv Nikhil Pranav Venkatesh",
          "Grewal Atwal Bhogal Sidhu Randhawa Mistry Chauhan Raghunathan Subramaniam Pillai "
          "Desai"),
    words("Amandeep Baljit Chanpreet Inderjit Manjot Ravneet Ishani Kavya Rukmini Swathi",
          "Amrik Charanjit Dilraj Gagandeep Jagtar Onkar Aniket Hrithik Siddharth Yuvraj",
          "Bains Chahal Dosanjh Hayer Kooner Virdee Bhattacharya Chakraborty Iyer Joshi Lakhani"),
    frozenset({"south", "sikh"}),
)
SOMALI = Stock(
    "somali", 5,
    words("Hodan Ayaan Ifrah Sagal Halima Nasra Layla Asma Hawa Amina",
          "Abdirahman Abdullahi Mahad Liban Khalid Omar Mustafa Zakariya Mohamed Ahmed",
          "Warsame Abdi Farah Jama Mohamud Hersi Osman Nur Aden Ali"),
    words("Hibaq Ubah Deqa Fowsiya Ladan Sahra Idil Naima Ruqiya Muna",
          "Guled Bashir Yonis Abdifatah Sharmarke Dahir Keynan Abdikarim Saacid Mukhtar",
          "Duale Egal Gedi Hashi Isse Kahin Liban Mire Roble Samatar Wardhere Guleid"),
    words("Amran Bilan Canab Filsan Hamdi Kowsar Maryan Nimco Qamar Zamzam",
          "Abdihakim Burhan Caynab Cabdi Faysal Hirsi Ilyas Jibril Nuradin Sakariye",
          "Afrah Barre Cige Diriye Elmi Geele Haji Igal Jibriil Muse Odowa Xasan"),
    frozenset({"arabic", "patronymic"}),
)
ARABIC = Stock(
    "arabic", 4,
    words("Layla Rania Salma Yasmin Hanan Fatima Maryam Noor",
          "Khalid Omar Ahmad Mustafa Tariq Samir Ismail Abdullah Abdul_Rahman Yusuf",
          "Al-Hassan El-Amin Haddad Saleh Mansour Khalil Ibrahim Abdullah"),
    words("Ghada Wafaa Suad Reem Dalal Nahla Shaimaa Lujain",
          "Abdel_Karim Haitham Muhannad Ghassan Bassam Wael Laith Qusay Abdul_Aziz",
          "Al-Tikriti El-Sayed Barakat Qaddoumi Shawqi Al-Jubouri Zoubi Darwish Hamdan Nasrallah"),
    words("Bayan Hiba Iman Jawaher Maysoon Rawda Thuraya Wijdan",
          "Abdul_Majid Anwar Fahad Hisham Jihad Marwan Munther Nizar Abdel_Salam",
          "Al-Dulaimi El-Masri Bakri Chahine Fakhoury Ghanem Al-Khatib Maalouf Sabbagh Tamimi"),
    frozenset({"arabic", "article"}),
)
WEST_AFRICAN = Stock(
    "west_african", 6,
    words("Adaeze Chiamaka Folake Temitope Abena Akosua Efua Oluwaseun Blessing Ngozi Yetunde",
          "Chukwuemeka Oluwadamilola Kwame Kofi Tunde Emeka Ayodele Babatunde Olumide Ikenna",
          "Okafor Adeyemi Mensah Owusu Boateng Okonkwo Adebayo Eze Nwosu Asante Balogun"),
    words("Oluwafunmilayo Chidinma Amarachi Omotola Nkechi Adwoa Esi Ifeoma Simisola Precious",
          "Oluwatobiloba Chinedu Obinna Adekunle Kwaku Nnamdi Oluwafemi Segun Yaw Favour",
          "Ogunbanjo Adesanya Nwachukwu Amponsah Agyeman Oyelaran Okechukwu Sarpong Abiodun "
          "Onyekachi Fashola Ofori"),
    words("Oluwabukola Chinwendu Ebele Morenike Afia Akua Uchenna Titilayo Zainabu Goodness",
          "Oluwaseyi Chibueze Ekene Adewale Kwabla Obafemi Tochukwu Yinka Kojo Godswill",
          "Ogundipe Akinwande Nwankwo Acheampong Bamidele Chukwuma Ekwueme Frimpong Ibikunle "
          "Olatunji Quartey Uzoma"),
    frozenset({"african"}),
)
CHINESE = Stock(
    "chinese", 4,
    words("Mei Xiuying Jia Lihua Ying Xinyi Yuhan Ruoxi",
          "Wei Jun Haoran Zihao Minghao Jianhong Yichen Bowen",
          "Chen Wang Zhang Liu Huang Wu Zhou Lin Tang Cheung Leung Kwok Wong Li"),
    words("Xue Qianyu Shuyi Mengyao Tsz_Ching Hoi_Yan Wing_Yan Ziqi",
          "Tianyu Zixuan Junjie Chun_Hei Ka_Ming Wai_Kit Pengfei Xiaoming",
          "Ouyang Xie Deng Tsang Lau Yeung Fung Zheng Guo Xu Cao Peng"),
    words("Yutong Jiaxin Lok_Yiu Sum_Yuet Nuo Weiwei Cheuk_Lam Yanling",
          "Hao Zhiyuan Yat_Long Ho_Yin Guoqiang Siu_Fung Kaiwen Rui",
          "Szeto Luo Pan Yip Mak Tse Qiu Hou Jiang Shen Dong Kwan"),
    frozenset({"family_first", "pinyin"}),
)
VIETNAMESE = Stock(
    "vietnamese", 4,
    words("Linh Mai Lan Thi_Hoa Anh Huong",
          "Minh Duc Van_Hung Tuan Nam Quang",
          "Nguyen Nguyen Nguyen Tran Le Pham Huynh Vo Dang Bui"),
    words("Thi_Thu_Trang Ngoc_Diep Phuong_Thao Bich_Ngoc Khanh_Vy Kim_Chi",
          "Van_Thanh Duc_Huy Quoc_Bao Gia_Khang Xuan_Phuc Dinh_Trong",
          "Nguyen Nguyen Tran Ngo Duong Ly Trinh Dinh"),
    words("Thi_My_Duyen Bao_Chau Hong_Nhung Quynh_Nhu Tuong_Vi Thuy_Tien",
          "Van_Khoa Hoang_Long Nhat_Minh Thien_An Trung_Kien Viet_Anh",
          "Nguyen Nguyen Tran Luong Mac Quach Thai Truong"),
    frozenset({"family_first", "vietnamese"}),
)
