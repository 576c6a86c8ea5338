"""What the demo's hospitals, people and shifts are called and look like; all of it made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

PASSWORD = "demo-appointments"  # noqa: S105 (the demo's, in its documentation)


@dataclass(frozen=True, slots=True)
class HospitalFacts:
    """A hospital of the demo. `people` names the pools of names, the likelier ones repeatedly."""

    name: str
    address: str
    timezone: str
    opens: time
    closes: time
    doctors: int
    patients: int
    phone: str
    people: tuple[str, ...]


# The first three have roles in the contract. Hours: 0-0 is all day, 6-0 ends at midnight.
_HOSPITALS = """
Riverside General Hospital|410 East 71st Street, New York|America/New_York|0-0|24|320|+1 212 555|en es en hi zh
Thameside Royal Infirmary|18 Borough Road, London|Europe/London|7-22|14|240|+44 20 7946|en en hi
Lotus Valley Hospital|27 Residency Road, Bengaluru|Asia/Kolkata|6-0|16|260|+91 80 5550|hi
Lakeshore Medical Center|900 North Lake Drive, Chicago|America/Chicago|0-0|18|240|+1 312 555|en es en
Golden Gate Children's Hospital|55 Mission Bay Boulevard, San Francisco|America/Los_Angeles|7-20|12|220|+1 415 555|en zh es
Red Rocks Community Hospital|2300 Canyon Road, Denver|America/Denver|6-22|11|210|+1 303 555|en en es
Hospital Santa Clara|Rua Augusta 1508, São Paulo|America/Sao_Paulo|0-0|14|220|+55 11 5550|pt
Klinikum am Stadtpark|Parkallee 12, Hamburg|Europe/Berlin|7-20|13|220|+49 40 5550|de
Hôpital Saint-Martin|14 quai de Valmy, Paris|Europe/Paris|0-0|13|220|+33 1 55 50|fr
Harbour View Hospital|77 Macquarie Street, Sydney|Australia/Sydney|0-0|15|230|+61 2 5550|en en zh
Sakura Memorial Hospital|3-8-1 Ginza, Tokyo|Asia/Tokyo|8-20|12|210|+81 3 5550|ja
Hospital Universitario del Retiro|Calle de Alcalá 96, Madrid|Europe/Madrid|8-22|12|220|+34 91 555|es
Signal Hill Health Centre|12 Water Street, St. John's|America/St_Johns|7-19|10|200|+1 709 555|en
Table Mountain Hospital|5 Kloof Street, Cape Town|Africa/Johannesburg|6-0|11|210|+27 21 555|za en
Torrens Park Hospital|140 King William Street, Adelaide|Australia/Adelaide|7-21|10|200|+61 8 5550|en
Waitematā Bay Hospital|9 Quay Street, Auckland|Pacific/Auckland|0-0|11|210|+64 9 555|en en zh
Marina Crescent Hospital|31 Raffles Avenue, Singapore|Asia/Singapore|0-0|12|220|+65 6555|zh hi
Maple Grove Hospital|610 University Avenue, Toronto|America/Toronto|0-0|13|220|+1 416 555|en fr zh
Pacific Rim Medical Centre|820 Burrard Street, Vancouver|America/Vancouver|7-21|10|200|+1 604 555|en zh
Clinical Hospital of the Vistula|ul. Dobra 40, Warszawa|Europe/Warsaw|7-20|10|200|+48 22 555|pl
Spitalul Grădina Icoanei|Strada Polonă 6, București|Europe/Bucharest|8-20|10|200|+40 21 555|ro
Ospedale San Lorenzo|Via Garibaldi 21, Torino|Europe/Rome|7-22|10|200|+39 011 555|it
Sint-Annaziekenhuis|Meir 44, Antwerpen|Europe/Brussels|8-20|10|200|+32 3 555|nl fr
Skogsbacken Sjukhus|Odengatan 5, Stockholm|Europe/Stockholm|7-20|10|200|+46 8 555|sv
Hospital de la Sierra|Avenida Reforma 222, Ciudad de México|America/Mexico_City|0-0|12|210|+52 55 5550|es
Clínica Los Andes|Carrera 7 71-21, Bogotá|America/Bogota|6-22|10|200|+57 1 555|es
Hospital del Plata|Avenida Corrientes 1840, Buenos Aires|America/Argentina/Buenos_Aires|7-22|10|200|+54 11 5550|es it
Nairobi Gardens Hospital|16 Ngong Road, Nairobi|Africa/Nairobi|0-0|10|200|+254 20 555|za en
Marigold Care Hospital|8 Park Street, Kolkata|Asia/Kolkata|7-22|10|200|+91 33 5550|hi
Desert Palm Hospital|4 Al Wasl Road, Dubai|Asia/Dubai|0-0|11|200|+971 4 555|hi en
Himal View Hospital|Lazimpat Marg 3, Kathmandu|Asia/Kathmandu|8-18|10|200|+977 1 555|hi
Liberty Point Hospital|300 Boylston Street, Boston|America/New_York|0-0|30|260|+1 617 555|en es en hi zh
"""  # noqa: E501 (a table)


def _hospital(line: str) -> HospitalFacts:
    name, address, zone, hours, doctors, patients, phone, people = line.split("|")
    opens, closes = (time(int(hour)) for hour in hours.split("-"))
    return HospitalFacts(
        *(name, address, zone, opens, closes),
        *(int(doctors), int(patients), phone, tuple(people.split())),
    )


HOSPITALS = tuple(map(_hospital, _HOSPITALS.strip().splitlines()))

# First names, then last names, by language.
NAMES = {
    "en": (
        "Alice Amelia Arthur Beth Callum Chloe Daniel David Edward Eleanor Emma Frank Grace Hannah"
        " Harry Isla Jack James Joan Joseph Kate Laura Leo Liam Lucy Margaret Mark Martin Nora"
        " Oliver Peter Rachel Rose Ruth Samuel Sarah Simon Sophie Thomas William",
        "Adams Allen Baker Bennett Brooks Carter Clark Collins Cooper Davies Ellis Evans Fisher"
        " Foster Graham Green Hall Harris Hughes Jackson Johnson Kelly King Lewis Marshall Miller"
        " Moore Morgan Murphy O'Brien O'Connor Parker Price Reed Shaw Smith Taylor Turner Walker"
        " Ward Watson White Wilson Wood Wright Young",
    ),
    "es": (
        "Alejandro Ana Andrés Beatriz Carlos Carmen Daniela Diego Elena Emilio Fernando Gabriela"
        " Inés Javier Jorge José Juan Lucía Luis Luz Marcos María Mariana Miguel Paula Pedro Pilar"
        " Rafael Rosa Sofía Teresa Valentina",
        "Aguilar Álvarez Castillo Castro Cruz Delgado Díaz Domínguez Fernández Flores García Gómez"
        " González Gutiérrez Hernández Herrera Jiménez López Martínez Méndez Morales Muñoz Navarro"
        " Núñez Ortega Peña Pérez Ramírez Reyes Ríos Rodríguez Romero Ruiz Sánchez Torres Vargas",
    ),
    "pt": (
        "Ana Antônio Beatriz Bruno Caio Camila Carolina Eduardo Fernanda Gabriel Helena Heloísa"
        " Igor Isabela João Júlia Larissa Letícia Luís Marcelo Mariana Matheus Paulo Rafael Renata"
        " Sílvia Thiago Vitória",
        "Almeida Alves Araújo Barbosa Cardoso Carvalho Conceição Costa Ferreira Gomes Gonçalves"
        " Lima Martins Mendes Moreira Nascimento Nogueira Oliveira Pereira Ramos Ribeiro Rocha"
        " Santos Silva Souza Teixeira",
    ),
    "hi": (
        "Aarav Aditi Ajay Amit Ananya Anil Arjun Asha Deepa Dev Divya Farah Ishaan Kavita Kiran"
        " Lakshmi Manoj Maya Meera Mohan Neha Nikhil Pooja Priya Rahul Rajesh Ravi Rohan Sanjay"
        " Shreya Sunita Suresh Tara Usha Vijay Vikram",
        "Agarwal Banerjee Bhat Bose Chatterjee Chopra Das Desai Ghosh Gupta Iyer Jain Joshi Kapoor"
        " Khan Kulkarni Kumar Malhotra Mehta Menon Mukherjee Nair Patel Pillai Rao Reddy Sen Shah"
        " Sharma Singh Srinivasan Thapa Varma Verma Yadav",
    ),
    "zh": (
        "Bo Chen Fang Feng Hao Hui Jian Jing Jun Kai Lan Lei Li Lin Ling Mei Min Ning Ping Qing"
        " Rui Shan Tao Wei Xia Xin Yan Yi Ying Yu Yun Zhen",
        "Chan Chang Cheng Chow Fong Gao Guo Han He Hu Huang Lau Lee Li Liang Lim Lin Liu Luo Ma"
        " Ng Pan Sun Tan Tang Wang Wong Wu Xu Yang Ye Zhang Zhao Zheng Zhou Zhu",
    ),
    "de": (
        "Anke Anna Bernd Birgit Claudia Dieter Elke Felix Florian Franziska Günter Hannah Heike"
        " Ingrid Jan-Peter Jonas Jürgen Karin Klaus Lena Lukas Maja Matthias Monika Niklas Petra"
        " Rainer Sabine Stefan Sven Ulrike Ursula Wolfgang",
        "Bauer Becker Braun Fischer Fuchs Graf Groß Hartmann Hoffmann Huber Jäger Keller Klein Koch"
        " König Kraft Krüger Lange Lehmann Maier Meyer Möller Müller Neumann Richter Roth Schäfer"
        " Schmidt Schneider Schröder Schulz Schwarz Vogel Wagner Weber Weiß Winkler Wolf Ziegler",
    ),
    "fr": (
        "Adèle Alain Anne-Marie Antoine Aurélie Bernard Camille Céline Chloé Claire Édith Élodie"
        " Éric Étienne François Hélène Hugo Jean-Luc Julien Louis Luc Lucie Manon Marc Mathilde"
        " Nicolas Odile Pascal Philippe Sandrine Sylvie Théo Yves Zoé",
        "Bernard Bertrand Blanc Bonnet Chevalier Clément Colin Dubois Dumas Dupont Durand Faure"
        " Fontaine Fournier Garnier Gauthier Girard Guérin Lambert Laurent Leclerc Lefèvre Legrand"
        " Martin Mercier Michel Moreau Morel Noël Perrin Petit Renard Richard Robin Rousseau Roux",
    ),
    "ja": (
        "Aiko Akira Asuka Daichi Emi Haruka Haruto Hiroshi Kaori Kazuki Keiko Kenji Mai Makoto Mei"
        " Misaki Naoki Natsuki Noriko Ren Riku Sakura Satoshi Shota Sora Takashi Takumi Yoko Yui"
        " Yuki Yuto",
        "Abe Endo Fujita Goto Hasegawa Hashimoto Hayashi Inoue Ishikawa Ito Kato Kimura Kobayashi"
        " Kondo Maeda Matsumoto Mori Murakami Nakajima Nakamura Ogawa Okada Saito Sakamoto Sasaki"
        " Sato Shimizu Suzuki Takahashi Tanaka Ueda Watanabe Yamada Yamamoto Yoshida",
    ),
    "za": (
        "Abena Amahle Amara Ayanda Bongani Chidi Faith Farai Grace Jabulani Kamau Kwame Lerato"
        " Lindiwe Mandla Mercy Naledi Neo Nomsa Nomvula Onyeka Palesa Peter Sipho Thabo Thandi"
        " Themba Tumelo Wanjiru Zanele Zola",
        "Abiola Achieng Botha Chukwu Dlamini Kamau Khoza Khumalo Kimani Mabaso Mahlangu Mbeki"
        " Mokoena Molefe Moyo Mthembu Mutua Naidoo Ncube Ndlovu Njoroge Nkosi Odhiambo Okafor"
        " Otieno Sithole van-der-Merwe Wanjala Zulu Zwane",
    ),
    "pl": (
        "Agnieszka Andrzej Barbara Bartosz Ewa Grażyna Jakub Jan Joanna Kacper Katarzyna Łukasz"
        " Małgorzata Marek Michał Monika Paweł Piotr Stanisław Wojciech Zofia Żaneta",
        "Dąbrowski Grabowski Jabłoński Kamińska Kowalczyk Kozłowska Król Krawczyk Lewandowski"
        " Mazur Michalak Nowak Pawłowska Piotrowski Szymański Wiśniewska Wójcik Woźniak Zając"
        " Zieliński",
    ),
    "ro": (
        "Adrian Alina Andrei Bogdan Cătălin Cristina Elena Florin George Ioana Ion Irina Larisa"
        " Mihai Monica Radu Raluca Ștefan Vasile Viorica",
        "Constantin Crăciun Dobre Dumitru Florea Georgescu Ionescu Lazăr Marin Matei Moldovan"
        " Munteanu Nistor Petrescu Popa Popescu Radu Rusu Stan Stoica Ungureanu",
    ),
    "it": (
        "Alessandro Alice Andrea Anna Chiara Davide Elena Federica Francesco Giorgia Giovanni"
        " Giulia Ilaria Lorenzo Luca Marco Martina Matteo Niccolò Paola Pietro Sara Silvia Simone",
        "Barbieri Bianchi Bruno Caruso Colombo Conti Costa D'Amico De-Luca Esposito Ferrari"
        " Fontana Gallo Giordano Greco Leone Mancini Marino Moretti Ricci Rizzo Romano Rossi Russo",
    ),
    "nl": (
        "Anouk Bart Daan Dirk Eva Femke Hendrik Inge Jan Joost Karel Lieve Lotte Marijke Pieter"
        " Ruben Saskia Sofie Stijn Thijs Wim",
        "Claes Claeys De-Smet De-Vries Desmet Dubois Goossens Hermans Jacobs Janssens Lemmens"
        " Maes Mertens Michiels Peeters Smets Vandamme Vermeulen Willems Wouters",
    ),
    "sv": (
        "Anders Anna Astrid Björn Elsa Emil Erik Eva Freja Gösta Greta Gunnar Ingrid Karin Lars"
        " Linnéa Maja Nils Oskar Saga Sten Sven Tove Åke Åsa",
        "Andersson Åberg Bergström Björk Blom Dahl Ek Forsberg Hansson Holm Jansson Johansson"
        " Karlsson Lindberg Lindström Lund Nilsson Nyström Öberg Sandberg Sjögren Svensson Wallin",
    ),
}

SPECIALTIES = (
    *("General Practice", "Cardiology", "Pediatrics", "Dermatology", "Orthopedics", "Neurology"),
    *("Gynecology", "Ophthalmology", "Psychiatry", "Endocrinology", "Gastroenterology", "Urology"),
    *("Oncology", "Pulmonology", "Rheumatology", "Nephrology", "Ear, Nose and Throat"),
)

REASONS = (
    *("Annual check-up", "Follow-up", "Blood pressure review", "Test results", "Second opinion"),
    *("Persistent cough", "Back pain", "Headaches", "Skin rash", "Knee pain", "Vaccination"),
    *("Medication review", "Dizziness", "Stomach pain", "Referral", "Before the operation"),
    *("After the operation", "Shortness of breath", "Allergy", "Sleep problems", "", "", "", ""),
)

# What a week looks like: (weekdays with Monday 0, hours) …; an hour may be a half.
Week = tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
FULL_DAYS: Week = (("01234", ((9, 12), (13, 17))),)
# Of any six in a row, one works at weekends.
WEEKS: tuple[Week, ...] = (
    FULL_DAYS,
    (("56", ((9, 13), (14, 18))), ("2", ((9, 13),))),
    (("0134", ((13, 18),)),),
    (("0123", ((7, 11), (12, 15))),),
    (("024", ((8.5, 12.5), (13.5, 17))), ("1", ((9, 12),))),
    (("1234", ((16, 24),)),),
    (("56", ((0, 6), (18, 24))), ("4", ((20, 24),))),
    (("01234", ((8, 12),)),),
    (("02", ((9, 12), (13, 16))), ("4", ((9, 12),))),
    (("1", ((8, 12), (13, 18))), ("3", ((8, 12), (13, 18))), ("5", ((9, 13),))),
)
