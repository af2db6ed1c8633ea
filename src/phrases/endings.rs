//! The words that English endings follow: irregular verbs, verbs that begin a phrase, nouns that are no verbs, and words left alone.
//!
//! Tables only; how an ending is put on a word is for `inflection` to know.

/// Verbs whose past forms follow no rule: the verb, then its past forms.
pub(super) const IRREGULAR: &str = "\
beat beaten, become became, begin began begun, bend bent, bite bit bitten, bleed bled, blow blew blown, break broke broken, \
build built, burn burnt burned, burst, buy bought, catch caught, choose chose chosen, come came, cost, cut, \
deal dealt, die died, draw drew drawn, drive drove driven, eat ate eaten, fall fell fallen, feed fed, feel felt, fight fought, \
find found, flee fled, fly flew flown, forget forgot forgotten, forgive forgave forgiven, freeze froze frozen, get got gotten, \
give gave given, go went gone, grow grew grown, hang hung hanged, hear heard, hide hid hidden, hit, hold held, hurt, keep kept, \
know knew known, lead led, leave left, lend lent, let, lie lied, lose lost, make made, meet met, mislead misled, \
overcome overcame, overdo overdid overdone, overpay overpaid, oversell oversold, oversleep overslept, pay paid, put, quit, read, \
rebuild rebuilt, redo redid redone, rewrite rewrote rewritten, ride rode ridden, ring rang rung, rise rose risen, run ran, \
see saw seen, seek sought, sell sold, send sent, set, shake shook shaken, shine shone shined, shrink shrank shrunk, shut, \
sink sank sunk, sleep slept, speak spoke spoken, speed sped, spend spent, spill spilt spilled, spin spun, split, \
spoil spoilt spoiled, spread, stand stood, steal stole stolen, stick stuck, sting stung, stink stank stunk, strike struck, \
sweep swept, swell swelled swollen, swim swam, take took taken, teach taught, tear tore torn, tell told, think thought, \
throw threw thrown, understand understood, undo undid undone, upset, wake woke woken, wear wore worn, weep wept, win won, \
withdraw withdrew withdrawn, withstand withstood, wreak wreaked, write wrote written";

/// Regular verbs that may begin a phrase, whatever follows them.
pub(super) const VERBS: &str = "\
accept add adore alert allow amaze annoy answer appear apply appreciate arrive ask avoid back block boost boot bother bounce brick \
bug burn call cancel care carry cause change charge cheat chip clean clear clog close collapse come complain complete \
confuse connect consume copy corrupt crack crash crawl create damage delay delete deliver delight deny depend despise destroy die \
disappear disappoint disconnect dislike display drag drain drip drop dump duplicate ease empty enable enjoy erase escalate exceed excel \
excite exclude expect explain explode fade fail flash flicker fold follow force fray frustrate glitch handle hate heat help \
hesitate ignore impress improve install insult integrate interrupt irritate jam jump lack lag last launch leak lift load lock look \
loosen love malfunction melt miss mute need notice offer open outlast outperform overcharge overheat pair pass peel perform phone pick \
play please point polish press prevent promise protect punish quote rattle reboot receive recommend recover refund refuse regret \
reject release remove repair replace reply report require reset resolve respond restart return rip rock ruin rush rust save scam \
scratch scream search seem serve settle share ship show simplify skip slip smell snap solve sort sound spam speed squeak stain stall \
start stay stop strain streamline stretch struggle stutter suck suffer suggest suit supply support surpass surprise suspend sync talk \
taste test thank tick time track transfer trick trust try turn unlock update upgrade urge use vanish wait wake walk want warn warp \
waste wipe wobble work worry wreck yell";

/// Nouns that are used as verbs in another sense, or not at all: only their plural is meant.
pub(super) const NOUNS: &str = "\
advantage annoyance bargain benefit blunder bonus bottleneck bother bummer catastrophe charm con concern cost crime defect deal \
dealbreaker disaster disgrace drawback error fault favorite favourite feature flaw fraud game gem headache hero hiccup hurdle issue \
joke lemon lifesaver limitation loophole masterpiece mess mistake nightmare nuisance obstacle pain perk pitfall pity plus problem quirk \
ripoff risk scandal setback shame shortcoming surprise swindle talent threat treasure treat trouble upside downside value vibe victim \
virus wit wonder workaround";

/// Words that take no ending, or that mean something else with one: requests (`fix it` is none once they fixed it), adjectives, adverbs and the small words of the language.
pub(super) const UNENDING: &str = "\
a about above absurd abysmal accurate acute adept again ahead alike all almost alone also always amiss an and any apt are as at away \
awry back bad bare basic be been best better big bitter bland blank blunt blurry bold both brave brief bright bring brisk broad broke but by \
calm can cheap check chic chief chill civil classic classy clean clear clever close coarse cold common compact complete complex concise content \
cool corrupt could crap crazy crisp crude cruel current cute damn damp dark dead deaf dear decent deep defunct dense did dim dire direct \
dirty discreet distinct do does down drab dry due dull dumb each earnest easy elegant else empty enough entire erect even ever every exact exempt \
exotic express extra faint fair false familiar famous far fast fat few fine firm fit fix flat flush for foul frail frank free frequent fresh \
from full fun further generic gentle genuine glad go good grand grave gray great green grey grim gross had half handy happy hard harsh has \
have he her here high him his hollow honest hot how huge humble i ideal idle if ill immense in infinite inept inner instant intact \
intense into is it its junior just keen key kind lame large last late lax lazy lean least legit less level light like live local lone \
long loose lot loud low loyal lush mad main major many massive mature may me mean meek mellow mere might mild mine minor minute \
modern modest moot more most much mute my naive narrow nasty naughty near neat never new next nice nimble no noble none nor normal not \
novel now null numb obscure obsolete odd of off often okay ok old on once one only open opposite optimum or other our out outdated outer \
over own pale perfect petite plain plenty plump polite poor posh potent premium present pretty prime private pro profound prompt prone \
proper proud pure quaint quick quiet quite random rapid rare rather raw ready real rear red reliant remote resilient rich ridiculous right \
rigid ripe robust rotten rough round royal rude sad safe same sane scarce secret secure select senior separate serene severe shady \
shall shallow sharp she sheer short should shut sick silent silk silly simple since slack sleek slick slight slim slow sluggish sly small \
smart smooth snug so sober soft sole solid some soon sore sound sour spare sparse square stable stale stark state steady steep \
sterile stern stiff still straight strange strict strong stubborn stupid sturdy subtle such sudden super superb superior supreme sure \
swift sweet tacky tame tart tender terse than that the their them then there these they thick thin this thorough those though tidy tight \
tiny to together too top tough trim true trustworthy ugly ultimate under unique unfit up upright upset us useless utter vague \
valid vast very vibrant vile vital vivid void vulgar wack warm was we weak weird welcome well were wet what when where which while white who \
whole why wicked wide wild will wise with within without wonky worn worse worst worth would wrong yes yet yikes you young your yuck yum zippy";

/// Behind one of these a word at the beginning of a phrase is a verb or a noun, and may have another ending.
pub(super) const FOLLOWERS: &str = "\
to of up down out off apart away on over in into at with without me us you him her them my our your his their the a an it this that these \
those itself myself yourself from for through around back about against too constantly randomly frequently repeatedly regularly often \
all everything anything nothing every any no";

/// Adverbs without `-ly` that stand before a verb.
pub(super) const ADVERBS: &str = "always often just still even ever really";

/// Verbs of several syllables that double their last letter.
pub(super) const DOUBLED: &str =
    "admit commit compel control equip excel expel format occur omit permit prefer propel rebel refer regret submit transfer unplug";
