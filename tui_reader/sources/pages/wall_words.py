"""What walls in front of articles say, in the languages of most of the web. `refusals.py` weighs it."""

import re


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


# Of this very text, not of letters to subscribe to.
PAYWALL = _any_of(
    r"(?:subscribe|subscription|upgrade|(?:become|join) (?:a |as a )?(?:paid |paying )?(?:member"
    r"|subscriber)|join)\b"
    r"[^.!?]{0,40}\bto (?:continue|keep) reading(?=\s*(?:[.!,:|–—-]|$|this\b|the\b))",
    r"^(?:continue|keep) reading (?:with|by|for)\b.{0,40}(?:subscri|trial|month|week|member|plan)",
    r"\b(?:subscri|member|trial|paid|upgrade)\w*\b[^.!?]{0,60}\b(?:read|see|view|access|unlock) the"
    r" (?:full|whole|entire|complete|rest of (?:the|this)) (?:article|story|post|text|report|piece)",
    r"\bto read the (?:full|whole|entire|rest of (?:the|this)) (?:article|story|post)[^.!?]{0,30}\bsubscri",
    r"\bthis (?:article|story|content|post|page|episode|report) is (?:only |exclusively |exclusive "
    r"|available )*"
    r"(?:for|to|reserved for)(?: our| all)?(?: paid| paying| premium| digital| registered| \w+)?"
    r" (?:subscribers|members)\b",
    r"\b(?:subscribers?|members?)[- ]only (?:article|story|content|post)\b",
    r"\bunlock (?:this|the (?:full|rest of the)) (?:article|story|post)\b",
    r"\byou(?:['’]ve| have) (?:reached|read|used)(?: all)?(?: of)? your (?:\w+ ){0,3}(?:limit|free)\b",
    r"\b(?:jetzt|hier) weiterlesen mit\b|\bweiterlesen mit .{0,30}(?:abo|plus|\+|probe)",
    r"\b(?:dieser|der ganze|der vollständige) (?:artikel|inhalt|text|beitrag) .{0,30}\b(?:abonnent"
    r"|abonnement|mit .{0,15}abo\b)",
    r"\b(?:nur|exklusiv) für abonnent",
    r"\b(?:article|contenu|suite) (?:est )?réservée? (?:à nos|aux) abonné",
    r"\bil vous reste \d+(?:[.,]\d+)? ?% de cet article",
    r"\bpour lire la suite\b[^.!?]{0,40}\babonn",
    r"\b(?:suscr[ií]bete|hazte suscriptor)[^.!?]{0,40}\bpara (?:seguir|continuar) leyendo",
    r"\b(?:contenido|artículo) exclusivo para (?:suscriptores|socios)",
    r"\b(?:conteúdo|matéria) exclusiv[oa] para assinantes|\bassine[^.!?]{0,30}\bpara continuar lendo",
    r"\b(?:contenuto|articolo) riservato agli abbonati|\babbonati[^.!?]{0,30}\bper continuare a leggere",
    r"\b(?:alleen|exclusief) voor abonnees|\bverder lezen\?[^.!?]{0,40}\babonne",
    r"\bendast för prenumeranter|\btylko dla prenumeratorów|\bтолько для подписчиков",
    r"(?:有料)?会員限定(?:です|記事|の記事)|この記事は有料|続きを読むには.{0,20}(?:会員|購読)|订阅后?(?:以)?(?:继续)?阅读全文",
)
# Said on many a free page, too.
PERHAPS_PAYWALL = _any_of(
    r"\balready (?:a |have a )?(?:subscriber|subscribed|subscription|member)\b",
    r"\b(?:subscribers?|members?) only\b|\b(?:for|to) (?:paid )?subscribers\b",
    r"\bstart (?:your|a) (?:free )?(?:trial|subscription)|\bunlimited access\b|\bsubscribe (?:now|today"
    r"|for)\b",
    r"\bto (?:continue|keep) reading\b|\bto read the full story\b",
    r"\bbereits abonnent|\bweiterlesen\b|\bdéjà abonné|\bya (?:eres|soy) suscriptor|\bjá é assinante"
    r"|\bgià abbonat",
)
LOGIN = _any_of(
    r"\b(?:log|sign) ?(?:in|on)(?: or (?:register|sign up|create an account|subscribe))?"
    r" to (?:continue|view|see|access|keep)(?: reading)?(?=\s*(?:[.!,:|–—-]|$|this\b|the\b))",
    r"\b(?:log|sign) ?in(?: or (?:register|sign up))? to read (?:this|the|on|more)\b",
    r"\byou (?:must|need to|have to) (?:be )?(?:log|sign)(?:ged|ed)? ?in to (?:view|see|read|access"
    r"|continue)\b",
    r"\bplease (?:log|sign) ?in to (?:view|see|read|access|continue)\b",
    r"\b(?:create|register for) (?:a |an )?(?:free )?account (?:to|and) (?:continue|keep|read|view)\b",
    r"\bregister (?:for free |now )?to (?:continue|keep) reading\b",
    r"\bmelden sie sich an, um\b|\bbitte (?:melden sie sich an|einloggen),? um\b",
    r"\bconnectez-vous pour (?:lire|continuer|accéder)|\binicia sesión para (?:leer|continuar|seguir|ver)",
    r"\baccedi per (?:leggere|continuare)|\bfaça login para (?:ler|continuar)",
    r"ログインして(?:続きを|ください)|登录后(?:查看|阅读)",
)
LOGIN_TITLE = _any_of(
    r"(?:log|sign)[ -]?in\b|(?:log|sign)ged out\b|login\b|(?:please )?(?:log|sign) in\b|authentication\b"
    r"|(?:member|account|user|subscriber) (?:login|sign in)\b",
    r"anmelden\b|anmeldung\b|einloggen\b|connexion\b|se connecter\b|iniciar sesión\b|accedi\b|entrar\b"
    r"|inloggen\b"
    r"|logga in\b|zaloguj|войти\b|вход\b|ログイン|登录",
)
CONSENT = _any_of(
    r"\bbefore you continue\b",
    r"\bwe(?: and our (?:\d+ )?partners)? (?:value|care about|respect) your privacy\b",
    r"\b(?:accept|allow|agree to|reject) all(?: cookies)?\b",
    r"\bmanage (?:your )?(?:cookie|privacy|consent)\b|\bmanage (?:settings|options|preferences)\b",
    r"\b(?:your )?privacy choices\b|\bcookie (?:settings|preferences|consent)\b",
    r"\bwe(?: and our (?:\d+ )?partners)? (?:use|store) (?:cookies|and/or access)\b",
    r"\balle(?: cookies)? (?:akzeptieren|zulassen|ablehnen)|\bcookies? akzeptieren|\bzustimmen und weiter",
    r"\btout (?:accepter|refuser)|\baccepter (?:et|les cookies)|\bcontinuer sans accepter",
    r"\b(?:aceptar|rechazar) (?:todo|todas|y continuar|cookies)",
    r"\b(?:accetta|rifiuta) (?:tutti|tutto|e continua)",
    r"\balles (?:accepteren|weigeren)|\bacceptera alla|\baceitar (?:todos|tudo)|\bzaakceptuj wszystk",
    r"すべての?(?:cookie|クッキー)を(?:受け入れ|許可)|принять все",
)
CONSENT_TITLE = _any_of(
    r"before you continue\b|(?:cookie|privacy) (?:consent|settings|preferences|choices|notice)\b"
    r"|we (?:value|care about|respect) your privacy\b|(?:your )?privacy (?:choices|matters)\b"
    r"|consent\b(?=\W*$)",
    r"bevor (?:du|sie) (?:fortfährst|fortfahren)|datenschutz(?:einstellungen|-einstellungen)\b"
    r"|cookie-einstellungen\b",
    r"avant de continuer|antes de continuar|prima di continuare|voordat je verdergaat|zgoda\b",
)
# What is said to whoever looks at the page.
ROBOTS = _any_of(
    r"\bverify(?:ing)? (?:that )?you(?:['’]re| are) (?:a |not a )?(?:human|robot|bot)\b",
    r"\b(?:are you|prove (?:that )?you(?:['’]re| are)|confirm (?:that )?you(?:['’]re| are)) (?:a |not a )?"
    r"(?:human|robot|bot)\b",
    r"\bi(?:['’]m| am) not a robot\b",
    r"\bunusual (?:traffic|activity) (?:from|on|coming from) your\b",
    r"\bchecking (?:your browser|if the site connection is secure)\b",
    r"\benable java ?script and cookies to continue\b",
    r"\bneeds to review the security of your connection\b",
    r"\bpress (?:&|and) hold\b[^.]{0,40}\bto confirm\b",
    r"\b(?:complete|solve|enter|type) the (?:security check|captcha|characters)\b",
    r"\bmade us think (?:that )?you (?:were|are|might be) a (?:bot|robot)\b",
    r"\byou (?:have been|were|are being) (?:blocked|rate limited)\b|\baccess to this page has been denied\b",
    r"\byou don['’]t have permission to access\b|\byour request (?:was|has been) blocked\b",
    r"\bray id\b|\b(?:performance (?:&|and) security|ddos protection) by cloudflare\b",
    r"\bpowered and protected by\b|\bbot (?:detection|protection) by\b",
)
ROBOTS_TITLE = _any_of(
    r"just a moment\W*$|attention required\b|pardon our interruption\b|access (?:to this page has been"
    r" )?denied\b"
    r"|(?:robot|human|security|browser) (?:check|verification)\b|are you (?:a )?(?:human|robot)\b"
    r"|captcha\b(?=\W*$)"
    r"|ddos-guard\b|checking your browser\b|verify(?:ing)? you|(?:403 )?forbidden\W*$|request"
    r" (?:blocked|rejected)\b"
    r"|un moment\W*$|einen moment\W*$|nur einen moment\W*$|un momento\W*$|один момент\W*$",
)
NEEDS_SCRIPTS = _any_of(
    r"(?:enable|turn on|requires?|needs?|without|activate|use)(?: your)? java ?script",
    r"java ?script (?:is|to be|must be|has to be) (?:required|needed|disabled|turned off|not enabled"
    r"|enabled)",
    r"java ?script (?:aktivieren|einschalten|deaktiviert)|activer java ?script|activ(?:a|e|ar) java ?script"
    r"|abilita(?:re)? java ?script|включите java ?script|java ?scriptを有効",
)
