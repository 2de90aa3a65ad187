"""Countries and what belongs to them: "Austrian" and "Austria" speak of one country."""

from __future__ import annotations

from graphmem.words import key

__all__ = ["country", "is_demonym"]

_TABLE = """
Afghanistan=Afghan, Albania=Albanian, Algeria=Algerian, Andorra=Andorran, Angola=Angolan,
Argentina=Argentine/Argentinian, Armenia=Armenian, Australia=Australian, Austria=Austrian, Azerbaijan=Azerbaijani,
Bahamas=Bahamian, Bahrain=Bahraini, Bangladesh=Bangladeshi, Barbados=Barbadian, Belarus=Belarusian, Belgium=Belgian,
Belize=Belizean, Benin=Beninese, Bhutan=Bhutanese, Bolivia=Bolivian, Bosnia and Herzegovina=Bosnian,
Botswana=Botswanan, Brazil=Brazilian, Brunei=Bruneian, Bulgaria=Bulgarian, Burkina Faso=Burkinabe, Burundi=Burundian,
Cambodia=Cambodian, Cameroon=Cameroonian, Canada=Canadian, Cape Verde=Cape Verdean, Chad=Chadian, Chile=Chilean,
China/People's Republic of China/PRC=Chinese, Colombia=Colombian, Comoros=Comorian, Congo=Congolese, Costa Rica=Costa
Rican, Croatia=Croatian, Cuba=Cuban, Cyprus=Cypriot, Czech Republic/Czechia=Czech, Denmark=Danish/Dane,
Djibouti=Djiboutian, Dominica=, Dominican Republic=Dominican, Ecuador=Ecuadorian, Egypt=Egyptian, El
Salvador=Salvadoran, Eritrea=Eritrean, Estonia=Estonian, Eswatini=Swazi, Ethiopia=Ethiopian, Fiji=Fijian,
Finland=Finnish/Finn, France=French, Gabon=Gabonese, Gambia=Gambian, Germany=German, Ghana=Ghanaian, Greece=Greek,
Grenada=Grenadian, Guatemala=Guatemalan, Guinea=Guinean, Guyana=Guyanese, Haiti=Haitian, Honduras=Honduran,
Hungary=Hungarian, Iceland=Icelandic/Icelander, India=Indian, Indonesia=Indonesian, Iran=Iranian, Iraq=Iraqi,
Ireland/Republic of Ireland=Irish, Israel=Israeli, Italy=Italian, Ivory Coast=Ivorian, Jamaica=Jamaican,
Japan=Japanese, Jordan=Jordanian, Kazakhstan=Kazakh, Kenya=Kenyan, Kiribati=, Kosovo=Kosovar, Kuwait=Kuwaiti,
Kyrgyzstan=Kyrgyz, Laos=Laotian/Lao, Latvia=Latvian, Lebanon=Lebanese, Lesotho=, Liberia=Liberian, Libya=Libyan,
Liechtenstein=, Lithuania=Lithuanian, Luxembourg=Luxembourgish, Madagascar=Malagasy, Malawi=Malawian,
Malaysia=Malaysian, Maldives=Maldivian, Mali=Malian, Malta=Maltese, Mauritania=Mauritanian, Mauritius=Mauritian,
Mexico=Mexican, Moldova=Moldovan, Monaco=Monegasque, Mongolia=Mongolian, Montenegro=Montenegrin, Morocco=Moroccan,
Mozambique=Mozambican, Myanmar/Burma=Burmese, Namibia=Namibian, Nepal=Nepalese/Nepali, Netherlands/Holland=Dutch, New
Zealand=New Zealander, Nicaragua=Nicaraguan, Niger=Nigerien, Nigeria=Nigerian, North Korea=North Korean, North
Macedonia=Macedonian, Norway=Norwegian, Oman=Omani, Pakistan=Pakistani, Palau=Palauan, Palestine=Palestinian,
Panama=Panamanian, Papua New Guinea=, Paraguay=Paraguayan, Peru=Peruvian, Philippines=Filipino/Philippine,
Poland=Polish/Pole, Portugal=Portuguese, Qatar=Qatari, Romania=Romanian, Russia/Soviet Union/USSR=Russian/Soviet,
Rwanda=Rwandan, Samoa=Samoan, San Marino=, Saudi Arabia=Saudi, Senegal=Senegalese, Serbia=Serbian/Serb, Seychelles=,
Sierra Leone=, Singapore=Singaporean, Slovakia=Slovak, Slovenia=Slovenian/Slovene, Somalia=Somali, South Africa=South
African, South Korea/Korea=South Korean/Korean, South Sudan=, Spain=Spanish/Spaniard, Sri Lanka=Sri Lankan,
Sudan=Sudanese, Suriname=Surinamese, Sweden=Swedish/Swede, Switzerland=Swiss, Syria=Syrian, Taiwan=Taiwanese,
Tajikistan=Tajik, Tanzania=Tanzanian, Thailand=Thai, Togo=Togolese, Tonga=Tongan, Trinidad and Tobago=Trinidadian,
Tunisia=Tunisian, Turkey=Turkish/Turk, Turkmenistan=Turkmen, Uganda=Ugandan, Ukraine=Ukrainian, United Arab
Emirates/UAE=Emirati, United Kingdom/UK/U.K./Great Britain/Britain=British, United States/USA/US/U.S./United States of
America/America=American, Uruguay=Uruguayan, Uzbekistan=Uzbek, Vanuatu=, Vatican City=, Venezuela=Venezuelan,
Vietnam=Vietnamese, Yemen=Yemeni, Zambia=Zambian, Zimbabwe=Zimbabwean
"""
"""A country's names = its demonyms."""
_ROWS = [line.partition("=")[::2] for line in _TABLE.replace("\n", " ").split(",")]
_COUNTRIES = {
    key(form): names.split("/")[0].strip()
    for names, demonyms in _ROWS
    for form in (*names.split("/"), *filter(str.strip, demonyms.split("/")))
}
_DEMONYMS = {key(form) for _, demonyms in _ROWS for form in demonyms.split("/") if form}


def country(name: str) -> str | None:
    """The country that a name means, or that a demonym belongs to; None for anything else."""
    return _COUNTRIES.get(key(name))


def is_demonym(name: str) -> bool:
    """Whether a name is what belongs to a country ("Austrian"), not the country."""
    return key(name) in _DEMONYMS
