"""Words that stand where a customer would, and mean nobody."""

IN_LANGUAGES = {
    "en": "guest, guests, guest user,"
    " guest customer, guest checkout, guest account, walk in,"
    " walkin, walk in customer, walkin customer, walk in client, cash customer, cash sale,"
    " cash sales, cash, counter sale, over the counter, unknown, unknown customer,"
    " unidentified, unregistered, not registered,"
    " non registered, anonymous, anonymous user,"
    " anonymous customer, anon, no customer, no name, noname,"
    " nobody, none, null, nil, nan, na,"
    " n a, n.a, n/a, not available,"
    " not applicable, not provided, not given, not set, unset,"
    " undefined, unspecified, not specified, missing, blank, empty, no id, no account,"
    " no customer id, unassigned, not assigned,"
    " deleted, deleted customer, deleted user, misc,"
    " miscellaneous, various, default customer,"
    " default, tbd, general public, retail customer,"
    " end customer, one time customer, visitor, customer not found, private customer,"
    " total, totals, grand total, subtotal, sub total",
    "de": "gast, gastkunde, gastbestellung, gastkonto, gäste, laufkunde, laufkundschaft,"
    " barverkauf, barkunde, unbekannt, unbekannter kunde, anonym, kein kunde, ohne,"
    " ohne kunde, keine angabe, k.a, k. a, nicht angegeben, nicht registriert, leer,"
    " nicht vorhanden, diverse, cpd, endkunde,"
    " einmalkunde, privatkunde, keiner, keine, fehlt",
    "fr": "invité, invitée, invités, client invité, client de passage, client comptoir,"
    " vente comptoir, comptoir, passage, inconnu, inconnue, client inconnu, anonyme,"
    " client anonyme, aucun, aucune,"
    " sans client, non renseigné, non renseignée, non défini,"
    " non communiqué, non disponible, vide, divers, client divers, visiteur, particulier",
    "es": "invitado, invitada, cliente invitado,"
    " desconocido, desconocida, cliente desconocido,"
    " anónimo, anónima, cliente anónimo, sin cliente, sin nombre, sin datos, sin registro,"
    " no registrado, ninguno, ninguna, nadie, vacío, no disponible, mostrador,"
    " cliente mostrador, venta mostrador, público en general, publico en general,"
    " público general, cliente general,"
    " cliente genérico, cliente ocasional, consumidor final,"
    " cliente contado, contado, clientes varios, cliente varios, varios, s/n, no aplica,"
    " no especificado, visitante",
    "it": "ospite, ospiti, cliente ospite, sconosciuto, sconosciuta, cliente sconosciuto,"
    " anonimo, anonima, cliente anonimo, nessuno,"
    " nessuna, nessun cliente, senza cliente, vuoto,"
    " non disponibile, non specificato, non registrato, cliente di passaggio,"
    " cliente occasionale, cliente generico, vendita al banco, cliente banco, visitatore",
    "pt": "convidado, convidada, cliente convidado, desconhecido, desconhecida,"
    " cliente desconhecido, anônimo, anónimo,"
    " cliente anônimo, nenhum, ninguém, sem cliente,"
    " sem cadastro, sem nome, sem registo, sem registro, não cadastrado, não informado,"
    " nao informado, não identificado, nao identificado, cliente não identificado, vazio,"
    " não disponível, consumidor, cliente balcão,"
    " balcão, venda balcão, cliente avulso, avulso,"
    " cliente padrão, diversos, cliente diversos",
    "nl": "gastgebruiker, gastklant, onbekend, onbekende, onbekende klant, anoniem, geen,"
    " geen klant, niemand, leeg, nvt, n.v.t, niet beschikbaar, niet ingevuld,"
    " niet geregistreerd, passant, passanten,"
    " contante verkoop, baliekl, balieklant, diversen",
    "pl": "gość, goscie, goście, gosc, klient gość, nieznany, nieznana, nieznany klient,"
    " anonim, anonimowy, anonimowy klient, brak klienta, brak danych, nikt, puste, pusty,"
    " nie dotyczy, nie podano, niezarejestrowany, klient detaliczny, detal,"
    " klient indywidualny, paragon, klient paragonowy, klient jednorazowy",
    "ru": "гость, гости, гостевой, гостевой заказ, неизвестный, неизвестно, неизвестен,"
    " неизвестный клиент, аноним, анонимный,"
    " анонимно, анонимный покупатель, нет, нет данных,"
    " нет клиента, никто, пусто, не указан, не указано, не указана, не задан, не определен,"
    " не определён, без имени, без клиента, не зарегистрирован, физлицо, физ. лицо,"
    " частное лицо, физическое лицо, розничный покупатель, розница, розничный клиент, н/д",
    "uk": "гість, невідомий, невідомо, анонім, немає, не вказано, роздрібний покупець",
    "tr": "misafir, misafir kullanıcı, misafir müşteri, ziyaretçi, konuk, bilinmiyor,"
    " bilinmeyen, bilinmeyen müşteri, anonim, yok, hiçbiri, boş, belirtilmemiş, kayıtsız,"
    " perakende müşteri, perakende, nihai tüketici,"
    " muhtelif, muhtelif müşteri, peşin müşteri",
    "zh": "游客, 访客, 匿名, 匿名用户, 匿名客户, 未知, 未知客户, 无, 空, 散客, 散户, 零售客户,"
    " 非会员, 未注册, 未登录, 暂无, 不详, 遊客, 訪客, 匿名用戶, 無, 未註冊, 非會員",
    "ja": "ゲスト, ゲストユーザー, ゲスト購入, 匿名, 不明, 名無し, なし, 無し, 未登録, 非会員,"
    " 未設定, 該当なし, 一般, 一般客, 空白, 未入力",
    "ko": "게스트, 비회원, 손님, 익명, 미상, 없음, 알수없음, 알 수 없음, 미등록",
    "sv": "gäst, okänd, okänd kund, anonym, ingen,"
    " saknas, kontantkund, gjest, ukjent, ingen kunde,"
    " gæst, ukendt, kontantkunde, kontantsalg,"
    " vieras, tuntematon, ei tiedossa, käteisasiakas",
    "cs": "neznámý, anonymní, žádný, neuvedeno, neregistrovaný, hosť, vendég, ismeretlen,"
    " névtelen, nincs, oaspete, vizitator,"
    " necunoscut, anonim, client anonim, gost, nepoznat",
    "ar": "ضيف, زائر, غير معروف, مجهول, لا يوجد, بدون, عميل نقدي, زبون نقدي, غير مسجل",
    "id": "tamu, pelanggan umum, umum, tidak diketahui, anonim, tidak ada, pelanggan tunai,"
    " khách lẻ, khách vãng lai, khách, vô danh, không rõ,"
    " ลูกค้าทั่วไป, ลูกค้าเงินสด, ไม่ระบุ, अतिथि, अज्ञात,"
    " אורח, לקוח מזדמן, άγνωστος, επισκέπτης, πελάτης λιανικής",
}
"""By language; some lines hold neighbours too. Compared in lower case, without the signs round
a word, one blank between words."""
NOBODY = frozenset(
    word.strip().strip(".") for words in IN_LANGUAGES.values() for word in words.split(", ")
)
