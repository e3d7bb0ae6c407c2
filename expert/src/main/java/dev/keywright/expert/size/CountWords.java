package dev.keywright.expert.size;

import dev.keywright.expert.size.Contents.Part;
import dev.keywright.expert.workload.Pieces.Kind;
import dev.keywright.expert.workload.Pieces.Piece;
import java.util.Optional;
import java.util.Set;

/** Reads numbers with their nouns: each opens a kind of data, counts its keys, or counts what it holds. One thread. */
final class CountWords {

    private static final Set<String> STARTS =
            Set.of(",", ";", ".", "and", "plus", "+", "", "&", "have", "store", "hold", "need");
    private static final Set<String> FOR_MANY = Set.of("for", "per", "across", "from", "to");
    private static final Set<String> LATEST = Set.of("last", "latest", "recent", "newest", "top");
    private static final int CLAUSE = 8;

    /** Owners are far more than what each of them has. */
    private static final double MANY = 100;

    private final SizeWords words;
    private final Drafts drafts;

    CountWords(SizeWords words, Drafts drafts) {
        this.words = words;
        this.drafts = drafts;
    }

    static boolean starts(String link) {
        return STARTS.contains(link);
    }

    private SetDraft open() {
        return drafts.open();
    }

    void read(int i) {
        int first = Lexicon.adverb(words.at(i + 1).lower()).isPresent() ? i + 2 : i + 1; // 5M daily active users
        boolean sized = words.at(first).kind() == Kind.SIZE; // 5M 2 KB sessions
        int from = sized ? first + 1 : words.is(first, "-") ? first + 1 : first;
        if (words.is(from, "of") && words.is(from + 1, "these", "those", "them")) {
            ofThem(i, from + 2);
            return;
        }
        int length = words.phrase(from);
        if (length == 0) {
            bare(i);
            return;
        }
        Noun noun = Noun.read(words, from, length);
        words.readTo(from + length);
        if (!drafts.none() && noun.isSame(open().element().word()) && refines(i)) {
            return;
        }
        if (noun.isStructure() && words.is(words.is(i - 1, "-") ? i - 2 : i - 1, "top")) {
            drafts.start(noun.type(), noun.word());
            open().elements(words.notation(i), from(i, noun.phrase()), noun);
            return;
        }
        keyForm(noun, from, length);
        role(i, noun, from + length);
        if (sized) {
            open().contents()
                    .size(Part.WHOLE, words.notation(first), words.at(first).text());
        }
        rate(i, from + length);
    }

    /** "70M uuid keys". */
    private void keyForm(Noun noun, int from, int length) {
        if (noun.isKey() && length > 1 && drafts.none()) {
            Lexicon.form(words.at(from + length - 2).lower())
                    .ifPresent(form -> drafts.size(Part.KEY, form, noun.phrase()));
        }
    }

    private void role(int i, Noun noun, int behind) {
        String link = words.at(words.link(i)).lower();
        boolean some = !drafts.none();
        boolean average =
                words.notation(i).startsWith("average") && words.is(i - 1, "average", "avg", "averaging", "mean");
        boolean each = some && open().isCounted() && !open().hasElements() && isOfEach(noun, behind);
        boolean forEach = some && open().hasKeys() && !open().hasElements() && isForEach(i);
        boolean most = words.notation(i).startsWith("1-") && some && open().holds();
        boolean inner = some && !isOfOthers(i, link) && (Lexicon.HOLDS.contains(link) || average || each || most);
        boolean holds = some && open().holds() && !open().hasElements();
        if (some
                && noun.isKey()
                && open().hasKeys()
                && open().keys() == words.at(i).high()) {
            drafts.focus(Part.WHOLE); // 80k sessions, so 80k keys
        } else if (some && open().is("stream") && consumers(i, noun)) {
            drafts.focus(Part.CONTENT);
        } else if (some && isOneOfAll(i, noun, behind)) {
            oneOfAll(behind);
        } else if (some && open().isOneOf(noun) && !open().hasElements()) {
            open().elements(words.notation(i), from(i, noun.phrase()), noun);
        } else if (noun.isStructure()) {
            structures(i, noun, link, behind);
        } else if (noun.isField()) {
            fields(i, noun, behind);
        } else if (noun.isElement()
                && some
                && (inner || holds)
                && !(open().hasElements() && STARTS.contains(link) && !open().mayNest())) {
            elements(i, noun);
        } else if (some && noun.isSame(open().also()) && open().hasKeys()) {
            open().alsoOwners(words.at(i).high(), from(i, noun.phrase()));
        } else if (forEach
                || some
                        && noun.isSame(open().per())
                        && open().hasKeys()
                        && (open().awaitsOwners() || !open().hasElements())
                || isOfOwners(i, noun, link)) {
            open().perOwner(words.at(i).high(), from(i, noun.phrase()), noun); // 100 per user, 900k users
        } else if (noun.isKey() && some && !open().hasKeys()) {
            keys(words.at(i), noun.phrase());
        } else if (some
                && !open().hasKeys()
                && !(each && open().hasTimes())
                && !open().type().isEmpty()
                && belongs(i, noun, link)) {
            owner(i, noun, link);
        } else if (inner && open().type().isEmpty() && open().hasKeys() && (noun.isKey() || isOwned(noun, behind))) {
            owned(i, noun);
        } else if (some && isAllOfOne(noun, i)) {
            elements(i, noun);
        } else if (inner
                && !open().hasElements()
                && open().isCounted()
                && !noun.isKey()
                && !open().is("string")
                && !open().is("counter")) {
            elements(i, noun);
        } else {
            drafts.start("", noun.word());
            keys(words.at(i), noun.phrase());
            open().latest(words.near(i, 2, LATEST));
            Lexicon.form(noun.word()).ifPresent(form -> open().kind(Said.asked(form, noun.phrase())));
        }
    }

    /** Whether what is counted is of each one spoken of: "60 timestamps each", "200 posts per user". */
    private boolean isOfEach(Noun noun, int behind) {
        if (words.is(behind, "each", "apiece")) {
            return words.at(behind + 1).kind() != Kind.SIZE;
        }
        if (words.is(behind, "in", "on") && words.is(behind + 1, "each")) {
            return true;
        }
        boolean bracket = words.is(behind, "(");
        boolean parts = open().isTyped()
                && open().holds()
                && !Lexicon.usual(noun.word()).filter("string"::equals).isPresent();
        for (int at = bracket ? words.behind(behind, ")") : behind; at < behind + CLAUSE && !words.isStop(at); at++) {
            if (words.is(at, "per", "each", "every") && isOpen(words.at(at + 1).lower())
                    || (bracket || parts) && words.is(at, "each", "apiece")) {
                return true;
            }
        }
        return false;
    }

    private boolean isOpen(String word) {
        return open().isCalled(Lexicon.singular(word));
    }

    /** "10 counters for each of 700k articles". */
    private boolean isForEach(int i) {
        int of = words.link(i);
        return words.is(of, "of") && words.isIn(of - 1, Lexicon.EACH) && words.is(of - 2, "for", "per");
    }

    /** "the last 20 searches of 800k users": so many of each of them. */
    private boolean isOfOwners(int i, Noun noun, String link) {
        boolean some =
                !drafts.none() && link.equals("of") && open().hasKeys() && !open().isTyped() && !open().hasElements();
        boolean owners = Lexicon.usual(noun.word()).filter("hash"::equals).isPresent();
        boolean many = some && words.at(i).high() > MANY * open().keys();
        boolean latest = some && open().isLatest();
        return some && (latest || owners && many);
    }

    /** "documents of 30 KB and an index of 5M terms": of something else than the open ones, of which all is said. */
    private boolean isOfOthers(int i, String link) {
        Piece owner = words.at(words.link(i) - 1);
        return link.equals("of")
                && !open().isTyped()
                && !open().contents().isUnknown()
                && owner.kind() == Kind.WORD
                && !Lexicon.ENDS.contains(owner.lower())
                && !isOpen(owner.lower());
    }

    /** "players in a hash: one field per player", "a bitmap with one bit per customer". */
    private boolean isOneOfAll(int i, Noun noun, int behind) {
        boolean part = noun.isField() || noun.isElement();
        return part
                && words.at(i).high() == 1
                && open().isTyped()
                && open().holds()
                && !open().hasElements()
                && words.is(behind, "per")
                && words.at(behind + 1).kind() == Kind.WORD
                && (open().hasKeys() ? isOpen(words.at(behind + 1).lower()) : !Noun.isPlural(open().noun()));
    }

    private void oneOfAll(int behind) {
        if (open().hasKeys()) {
            open().keysAreElements(1, "");
            open().keys(1, "");
        } else {
            open().oneOf(words.at(behind + 1).lower());
        }
        words.readTo(behind + 2);
        drafts.focus(Part.CONTENT);
    }

    /** "jobs in one sorted set, 2M jobs": what a single structure was said to be of. */
    private boolean isAllOfOne(Noun noun, int i) {
        return open().isSingle()
                && open().holds()
                && !open().hasKeys()
                && !open().hasElements()
                && words.mentions(noun, i);
    }

    /** Of a stream: "2 consumer groups", "3 consumers each", "100 pending". */
    private boolean consumers(int i, Noun noun) {
        String phrase = noun.phrase();
        String field = phrase.contains("pending")
                ? "pending"
                : phrase.contains("group") ? "groups" : phrase.contains("consumer") ? "consumers" : "";
        if (!field.isEmpty()) {
            open().say(field, Said.asked(SizeWords.number(words.at(i).high()), from(i, phrase)));
        }
        return !field.isEmpty();
    }

    /** "up to 500 items, average 120", "p99 3000 items": more of the elements that were counted; whether it is. */
    private boolean refines(int i) {
        if (!open().hasElements()) {
            return false;
        }
        String notation = words.notation(i);
        String from = words.at(i).text();
        Optional<Double> percentile = words.percentile(i);
        Optional<String> joined = percentile.isPresent()
                ? Spread.tailed(open().elements(), percentile.get(), words.at(i).high())
                : Spread.joined(open().elements(), notation);
        boolean other = percentile.isEmpty()
                && !notation.equals(SizeWords.number(words.at(i).high()));
        if (joined.isPresent()) {
            open().elements(joined.get(), open().elementsFrom() + ", " + from, open().element());
        } else if (other && !Spread.isLess(open().elements(), notation)) {
            open().elements(notation, from, open().element());
        }
        return other || percentile.isPresent();
    }

    /** Whether things that are counted of each stand for themselves: "500k users with 3 sessions each". */
    private boolean isOwned(Noun noun, int behind) {
        return words.is(behind, "each", "per", "every")
                && Lexicon.usual(noun.word()).filter("string"::equals).isPresent();
    }

    /** Whether a number tells something of a structure whose keys nobody has counted yet. */
    private boolean belongs(int i, Noun noun, String link) {
        boolean holds = Lexicon.HOLDS.contains(link) && !open().hasElements();
        boolean bare = STARTS.contains(link) && !open().isSingle() && words.link(i) >= 0 || words.is(i - 1, ":", "=");
        return noun.isSame(open().per()) || isForEach(i) || FOR_MANY.contains(link) || holds || bare;
    }

    private void owner(int i, Noun noun, String link) {
        boolean holds = Lexicon.HOLDS.contains(link) && open().holds();
        boolean dated = !open().period().isEmpty() || open().hasTimes();
        boolean bits = open().is("bitmap") && (link.equals("for") || dated);
        boolean forAll = link.equals("for") && open().isSingle() && open().per().isEmpty() && open().holds();
        boolean parts = !open().per().isEmpty()
                && open().holds()
                && (noun.isElement() || Lexicon.form(noun.word()).isPresent());
        if ((holds || bits || forAll || parts)
                && !isForEach(i)
                && !noun.isKey()
                && !open().hasElements()
                && !noun.isSame(open().per())) {
            elements(i, noun);
        } else {
            keys(words.at(i), noun.phrase());
            open().named(noun.word());
            if (open().noun().isEmpty()) {
                open().noun(noun.word());
            }
        }
    }

    private void structures(int i, Noun noun, String link, int behind) {
        Piece amount = words.at(i);
        if (drafts.none() && noun.isOfMany()) {
            drafts.start(noun.type(), noun.word());
            open().elements(words.notation(i), from(i, noun.phrase()), noun);
            open().noun(noun.type());
            drafts.focus(Part.CONTENT);
            return;
        }
        boolean some = !drafts.none() && open().hasKeys();
        boolean held = !drafts.none() && (some || open().isSingle());
        if (Lexicon.INTO.contains(link)
                && some
                && !open().hasElements()
                && !noun.type().equals("string")) {
            open().keysAreElements(amount.high(), " in " + amount.text());
            open().keys(amount.high(), amount.text() + " " + noun.phrase());
            open().typed(noun.type());
        } else if (Lexicon.HOLDS.contains(link) && held && mayHold(noun)) {
            elements(i, new Noun(noun.word(), "", noun.phrase()));
            return;
        } else if (Lexicon.HOLDS.contains(link) && some && !open().isTyped()) {
            owned(i, noun);
        } else if (amount.high() == 1 && some && !open().isTyped() && words.isIn(behind, Lexicon.EACH)) {
            open().typed(noun.type()); // 2M devices, one hash each
        } else {
            if (words.is(i - 1, ":")) {
                drafts.dropHeading(); // job queue: 3 lists
            }
            drafts.start(noun.type(), noun.word());
            keys(amount, noun.phrase());
            if (!open().per().isEmpty() && open().period().isEmpty()) {
                open().awaitOwners(); // per tenant 4 sets
            }
            if (amount.high() == 1) {
                open().oneOfMany();
            }
        }
        open().noun(noun.phrase());
        open().single(amount.high() == 1);
        drafts.focus(Part.WHOLE);
    }

    /** "hashes of 10 counters", "sets of 50 strings". */
    private boolean mayHold(Noun noun) {
        boolean plain = noun.type().equals("string") || noun.type().equals("counter");
        return plain && open().isTyped() && open().holds() && !open().hasElements();
    }

    /** "500k users with 3 sessions each": keys of their own. */
    private void owned(int i, Noun noun) {
        double owners = open().keys();
        String from = open().keysFrom();
        double each = words.at(i).high();
        drafts.replace(noun.type(), noun.word(), owners * each, "= " + from + " times " + from(i, noun.phrase()));
    }

    private void fields(int i, Noun noun, int behind) {
        if (drafts.none()) {
            drafts.start("hash", noun.word());
        }
        if (open().is("stream")) {
            open().say("fields", Said.asked(SizeWords.number(words.at(i).high()), from(i, noun.phrase())));
        } else {
            if (open().mayNest()) {
                open().nest();
                open().typed("hash");
            }
            if (open().type().isEmpty() || open().is("string")) {
                open().typed("hash");
            }
            if (!open().hasElements()) {
                open().elements(words.notation(i), from(i, noun.phrase()), noun);
            }
        }
        drafts.dropShare();
        FieldList.at(words, behind)
                .filter(found -> found.list().size() == words.at(i).high())
                .ifPresent(found -> {
                    open().contents().list(found.list());
                    words.readTo(found.end());
                });
        drafts.focus(Part.CONTENT);
    }

    private void elements(int i, Noun noun) {
        if (open().mayNest() && open().wasTypedLast()) {
            open().nest();
        }
        drafts.dropShare();
        open().elements(words.notation(i), from(i, noun.phrase()), noun);
        if (open().type().isEmpty()) {
            open().usually(container(noun));
        }
        Optional<String> form = Lexicon.form(noun.word());
        if (form.isPresent()) {
            open().contents().size(Part.CONTENT, form.get(), noun.phrase());
        } else if (noun.word().startsWith("counter")) {
            open().contents().size(Part.CONTENT, "integers 0-1000000", noun.phrase());
        } else if (Lexicon.singular(noun.word()).equals("id") || noun.phrase().endsWith(" ids")) {
            open().contents().size(Part.CONTENT, "integers", noun.phrase());
        }
        drafts.focus(Part.CONTENT);
    }

    /** How something that holds so many of those is usually kept. */
    private String container(Noun noun) {
        String owner = Lexicon.usual(open().noun()).orElse("string");
        if (!owner.equals("string") && (noun.isElement() || !owner.equals("hash"))) {
            return owner;
        }
        String usual = Lexicon.usual(noun.word()).orElse("list");
        return usual.equals("string") || usual.equals("hash") ? "set" : usual;
    }

    private void keys(Piece amount, String phrase) {
        double number = amount.low() < amount.high() ? (amount.low() + amount.high()) / 2 : amount.high();
        String from = amount.text() + " " + phrase;
        if (drafts.hasShare()) { // 60 % of 10M users
            double percent = drafts.takeShare();
            number *= percent / 100;
            from = "= " + SizeWords.number(percent) + " % of " + from;
        }
        open().keys(number, from);
        drafts.focus(Part.WHOLE);
    }

    /** A number without a noun behind it: "fields: 8", "keys = 5M", "members 50", "150 each". */
    private void bare(int i) {
        int at = words.link(i);
        String label = words.at(at).lower();
        Noun noun = new Noun(label, "", label);
        if (words.is(i + 1, "per") && words.at(i).high() == 1) {
            return; // leaderboards (one per game)
        }
        if (words.is(i + 1, "of") && words.at(i + 2).kind() == Kind.SIZE && isPart(i)) {
            drafts.share(100 * words.at(i).high() / open().keys(), words.at(i).text());
        } else if (words.is(i + 1, "each") && !drafts.none() && open().holds() && !open().hasElements()) {
            open().elements(words.notation(i), from(i, "each"), new Noun("elements", "", "elements"));
            words.readTo(i + 2);
        } else if (label.equals("maxlen") && !drafts.none() && open().holds()) {
            open().elements(words.notation(i), label + " " + words.at(i).text(), new Noun("entries", "", "entries"));
        } else if (noun.isKey()) {
            if (drafts.none() || open().hasKeys()) {
                drafts.start("", "keys");
            }
            keys(words.at(i), "keys");
        } else if (noun.isField() || noun.isElement()) {
            if (drafts.none()) {
                drafts.start("", label);
                keys(words.at(i), label);
            } else {
                open().elements(words.notation(i), label + " " + words.at(i).text(), noun);
            }
        } else if (!drafts.none() && drafts.focusIsElements() && refines(i)) {
            return;
        } else if (words.is(at, ",") || at < 0) {
            alone(i, at);
        } else if (!drafts.none()
                && !open().hasKeys()
                && (Lexicon.structure(label).filter(open()::is).isPresent()
                        || open().isNamed(Lexicon.singular(label)))) {
            keys(words.at(i), label);
        } else if (words.at(at).kind() == Kind.WORD && Noun.isPlural(label) && !Lexicon.ENDS.contains(label)) {
            drafts.start(Lexicon.structure(label).orElse(""), label);
            keys(words.at(i), label);
        }
    }

    /** "25M strings, 15M of 40 bytes". */
    private boolean isPart(int i) {
        return !drafts.none() && open().hasKeys() && words.at(i).high() < open().keys();
    }

    /** "session hashes, 2.2M, 9 fields": how many there are of what stands before the comma. */
    private void alone(int i, int comma) {
        String before = words.at(comma - 1).lower();
        boolean alone = i + 1 >= words.size() || words.isStop(i + 1);
        if (!alone || drafts.none() && !Noun.isPlural(before)) {
            return;
        }
        if (drafts.none()) {
            drafts.start(Lexicon.structure(before).orElse(""), before);
            keys(words.at(i), before);
        } else if (Noun.isPlural(open().noun()) && !open().isCounted() && !open().hasElements()) {
            keys(words.at(i), open().noun());
        }
    }

    /** "2 million of them": of what was spoken of before. */
    private void ofThem(int i, int next) {
        if (drafts.none() && drafts.hasOwner()) {
            drafts.startOwner();
            keys(words.at(i), "of them");
        } else if (!drafts.none() && !open().hasKeys()) {
            keys(words.at(i), "of them");
        } else if (!drafts.none() && isPart(i) && words.is(next, "have", "has", "own")) {
            drafts.start("", open().noun());
            keys(words.at(i), "of them");
        } else {
            return;
        }
        words.readTo(next);
    }

    /** "1000 sessions per second": how fast they come. */
    private void rate(int i, int at) {
        boolean per = words.is(at, "per", "a", "each", "every", "/");
        Piece period = words.at(per ? at + 1 : at);
        if (period.kind() != Kind.TIME || !period.implied()) {
            return;
        }
        String amount = words.at(i).text();
        if (open().hasKeys() && open().keysFrom().startsWith(amount)) {
            open().everySeconds(period.high());
            words.readTo(per ? at + 2 : at + 1);
        } else if (!open().is("bitmap") && open().countsElements(amount)) {
            open().elementsEverySeconds(words.at(i).high(), period.high(), open().elementsFrom());
            words.readTo(per ? at + 2 : at + 1);
        }
    }

    private String from(int i, String phrase) {
        return words.at(i).text() + " " + phrase;
    }
}
