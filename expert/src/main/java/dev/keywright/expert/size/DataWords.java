package dev.keywright.expert.size;

import dev.keywright.expert.size.SetDraft.Part;
import dev.keywright.expert.workload.Pieces;
import dev.keywright.expert.workload.Pieces.Kind;
import dev.keywright.expert.workload.Pieces.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads kinds of data from a text, from left to right: a number with its noun opens one or counts what it holds, a structure
 * says how it is kept, a size belongs to the noun behind it or else to the one spoken of last. One use, one thread.
 */
final class DataWords {

    private static final Set<String> EXPIRY = Set.of(
            "ttl",
            "ttls",
            "expire",
            "expires",
            "expiring",
            "expiry",
            "expiration",
            "lifetime",
            "live",
            "lives",
            "living",
            "last",
            "lasts",
            "kept",
            "keep",
            "timeout",
            "evicted",
            "expired");
    private static final Set<String> INTO = Set.of("in", "into", "across", "over", "among");
    private static final Set<String> ONE = Set.of("a", "an", "one", "single", "another", "the");
    private static final Set<String> NEVER = Set.of("no", "without", "never", "not", "nothing", "none");
    private static final Map<String, Double> PARTS = Map.of("half", 50.0, "third", 33.33, "quarter", 25.0);
    private static final Set<String> ALL = Set.of("all", "everything", "both");
    private static final Set<String> PERIODS = Set.of("second", "minute", "hour", "day", "week", "month", "year");
    private static final Map<String, String> ADVERBS =
            Map.of("daily", "day", "hourly", "hour", "weekly", "week", "monthly", "month", "yearly", "year");
    private static final Set<String> EACH = Set.of("each", "per", "every");
    private static final Set<String> STARTS =
            Set.of(",", ";", ".", "and", "plus", "+", "", "&", "have", "store", "hold", "need");

    /** A name with a colon or a place in it. */
    private static final Pattern NAME =
            Pattern.compile("[\"'`]?([A-Za-z][\\w.-]*(?:[:{<][\\w.{}<>:-]*[\\w}>])+)[\"'`]?");

    /** How wide integers are; no number of anything. */
    private static final Pattern WIDTH = Pattern.compile("(?i)\\b(?:8|16|32|64|128)[- ]bit\\b");

    private final SizeWords words;
    private final List<Matcher> names = new ArrayList<>();
    private final List<SetDraft> sets = new ArrayList<>();
    private SetDraft open = new SetDraft();
    private Part focus = Part.WHOLE;
    private double share = Double.NaN;
    /** What was said before anything was named: the pattern of its keys, and how often there is one. */
    private Optional<String> pattern = Optional.empty();

    private String period = "";
    /** Keys that are told apart by their shares. */
    private Optional<SetDraft> divided = Optional.empty();

    private int done;

    private DataWords(String text) {
        StringBuilder rest = new StringBuilder(
                WIDTH.matcher(text).replaceAll(width -> " ".repeat(width.group().length())));
        Matcher name = NAME.matcher(text);
        int from = 0;
        while (name.find(from)) {
            Matcher kept = NAME.matcher(text);
            kept.find(name.start());
            names.add(kept);
            for (int i = name.start(); i < name.end(); i++) {
                rest.setCharAt(i, ' ');
            }
            from = name.end();
        }
        this.words = new SizeWords(Pieces.of(rest.toString()));
    }

    /** In the order of the text. */
    static List<SetDraft> read(String text) {
        DataWords reader = new DataWords(text);
        reader.read();
        return reader.sets;
    }

    private void read() {
        int name = 0;
        for (int i = 0; i < words.size(); i++) {
            Piece piece = words.at(i);
            while (name < names.size() && names.get(name).start() < piece.start()) {
                named(names.get(name++));
            }
            if (i < done) {
                continue;
            }
            switch (piece.kind()) {
                case COUNT -> count(i);
                case SIZE -> size(i);
                case TIME -> time(i);
                case SHARE -> share(i);
                case WORD -> word(i);
                default -> {}
            }
        }
        while (name < names.size()) {
            named(names.get(name++));
        }
    }

    private void named(Matcher name) {
        if (none()) {
            pattern = Optional.of(name.group(1));
        } else {
            open.size(Part.KEY, name.group(1), name.group());
        }
    }

    private void start(String type, String noun) {
        open = new SetDraft();
        open.type = type;
        open.typed = !type.isEmpty();
        open.noun = noun;
        open.name = noun;
        open.per = period;
        sets.add(open);
        pattern.ifPresent(name -> open.size(Part.KEY, name, name));
        pattern = Optional.empty();
        period = "";
        focus = Part.WHOLE;
    }

    private boolean none() {
        return sets.isEmpty();
    }

    // Numbers and what they count.

    private void count(int i) {
        int first = i + 1;
        boolean sized = words.at(first).kind() == Kind.SIZE; // 5M 2 KB sessions
        int from = sized ? first + 1 : words.is(first, "-") ? first + 1 : first;
        if (words.is(from, "of") && words.is(from + 1, "these", "those", "them")) {
            known(i, from + 2);
            return;
        }
        int length = words.phrase(from);
        if (length == 0) {
            labelled(i);
            return;
        }
        Noun noun = noun(from, length);
        done = from + length;
        if (noun.isStructure() && words.is(words.is(i - 1, "-") ? i - 2 : i - 1, "top")) {
            start(noun.type(), noun.word());
            open.elements(words.notation(i), from(i, noun.phrase()));
            return;
        }
        keyForm(from, length);
        role(i, noun);
        if (sized) {
            open.size(Part.WHOLE, words.notation(first), words.at(first).text());
        }
        rate(i, done);
    }

    /** "70M uuid keys". */
    private void keyForm(int from, int length) {
        boolean keys = Lexicon.KEYS.contains(words.at(from + length - 1).lower());
        if (keys && length > 1 && none()) {
            pattern = Lexicon.form(words.at(from + length - 2).lower());
        }
    }

    /** A thing that is counted: its last word, and the structure that is named in it. */
    private record Noun(String word, String type, String phrase) {
        boolean isStructure() {
            return !type.isEmpty();
        }
    }

    private Noun noun(int from, int length) {
        String type = "";
        String word = words.at(from + length - 1).lower();
        StringBuilder phrase = new StringBuilder();
        String other = "";
        for (int w = from; w < from + length; w++) {
            String lower = words.at(w).lower();
            phrase.append(phrase.length() == 0 ? "" : " ").append(lower);
            Optional<String> pair = Lexicon.structure(
                    lower, w + 1 < from + length ? words.at(w + 1).lower() : "");
            Optional<String> single = Lexicon.structure(lower);
            if (pair.isPresent()) {
                type = pair.get();
                w++;
            } else if (single.isPresent() && !(w + 1 < from + length && !isPlural(lower))) {
                type = single.get();
            } else if (single.isPresent()) {
                type = type.isEmpty() && !lower.equals("set") ? single.get() : type;
                other = words.at(w + 1).lower();
            } else if (!Lexicon.ADJECTIVES.contains(lower)) {
                other = lower;
            }
        }
        boolean element =
                Lexicon.FIELDS.contains(word) || Lexicon.ELEMENTS.contains(word) || Lexicon.KEYS.contains(word);
        if (element && type.equals("hash") || element && Lexicon.KEYS.contains(word)) {
            return new Noun(word, type.equals("hash") && Lexicon.FIELDS.contains(word) ? "" : type, phrase.toString());
        }
        if (element) {
            return new Noun(word, "", phrase.toString());
        }
        return new Noun(type.isEmpty() || other.isEmpty() ? word : other, type, phrase.toString());
    }

    private static boolean isPlural(String word) {
        return word.endsWith("s") && !word.endsWith("ss");
    }

    private void role(int i, Noun noun) {
        int linkAt = words.link(i);
        String link = words.at(linkAt).lower();
        Piece amount = words.at(i);
        boolean average =
                words.notation(i).startsWith("average") && words.is(i - 1, "average", "avg", "averaging", "mean");
        boolean inner = (Lexicon.HOLDS.contains(link) || average) && !none();
        if (noun.isStructure()) {
            structures(i, noun, link);
        } else if (Lexicon.FIELDS.contains(noun.word())) {
            fields(i, noun);
        } else if (Lexicon.ELEMENTS.contains(noun.word())
                && !none()
                && (inner || open.holds() && !open.hasElements())
                && !(open.hasElements() && STARTS.contains(link))) {
            elements(i, noun);
        } else if (Lexicon.KEYS.contains(noun.word()) && !none() && !open.hasKeys()) {
            keys(amount, noun.phrase());
        } else if (!none() && !open.hasKeys() && !open.type.isEmpty() && belongs(noun, link, i)) {
            whose(i, noun, link);
        } else if (inner
                && open.type.isEmpty()
                && open.hasKeys()
                && words.isIn(done, EACH)
                && Lexicon.usual(noun.word()).filter("string"::equals).isPresent()) {
            owned(i, noun);
        } else if (inner
                && !open.hasElements()
                && open.hasKeys()
                && !Lexicon.KEYS.contains(noun.word())
                && !open.type.equals("string")
                && !open.type.equals("counter")) {
            elements(i, noun);
        } else {
            start("", noun.word());
            keys(amount, noun.phrase());
            Lexicon.form(noun.word()).ifPresent(form -> open.size(Part.CONTENT, form, noun.phrase()));
        }
    }

    /** Whether a number tells something of a structure whose keys nobody has counted yet. */
    private boolean belongs(Noun noun, String link, int i) {
        boolean per = !open.per.isEmpty() && Lexicon.singular(noun.word()).equals(Lexicon.singular(open.per));
        boolean forMany = Set.of("for", "per", "across", "from", "to").contains(link);
        boolean holds = Lexicon.HOLDS.contains(link) && !open.hasElements();
        boolean bare = STARTS.contains(link) && !open.single && words.link(i) >= 0 || words.is(i - 1, ":", "=");
        return per || forMany || holds || bare;
    }

    private void whose(int i, Noun noun, String link) {
        boolean holds = Lexicon.HOLDS.contains(link) && !open.hasElements() && open.holds();
        boolean per = !open.per.isEmpty() && Lexicon.singular(noun.word()).equals(Lexicon.singular(open.per));
        boolean bits = open.type.equals("bitmap") && !open.hasElements() && link.equals("for");
        boolean oneForAll =
                bits || link.equals("for") && open.single && open.per.isEmpty() && open.holds() && !open.hasElements();
        if ((holds || oneForAll) && !per) {
            elements(i, noun);
        } else {
            keys(words.at(i), noun.phrase());
            open.name = noun.word();
        }
    }

    private void structures(int i, Noun noun, String link) {
        Piece amount = words.at(i);
        if (INTO.contains(link)
                && !none()
                && open.hasKeys()
                && !open.hasElements()
                && !noun.type().equals("string")) {
            double all = open.keys;
            open.elements(SizeWords.number(Math.rint(all / amount.high())), open.keysFrom + " in " + amount.text());
            open.keys = amount.high();
            open.keysFrom = amount.text() + " " + noun.phrase();
            typed(noun.type(), noun.phrase());
        } else if (Lexicon.HOLDS.contains(link) && !none() && open.hasKeys() && !open.typed) {
            owned(i, noun);
        } else if (amount.high() == 1 && !none() && open.hasKeys() && !open.typed && words.isIn(done, EACH)) {
            typed(noun.type(), noun.phrase()); // 2M devices, one hash each
        } else {
            start(noun.type(), noun.word());
            keys(amount, noun.phrase());
            if (amount.high() == 1) {
                open.keys = Double.NaN; // one bitmap per day
                open.keysFrom = "";
            }
        }
        open.noun = noun.phrase();
        open.single = amount.high() == 1;
        focus = Part.WHOLE;
    }

    /** "500k users with 3 sessions each": keys of their own. */
    private void owned(int i, Noun noun) {
        double owners = open.keys;
        String from = open.keysFrom;
        sets.remove(open);
        start(noun.type(), noun.word());
        open.keys = owners * words.at(i).high();
        open.keysFrom = "= " + from + " times " + words.at(i).text();
    }

    private void fields(int i, Noun noun) {
        if (none()) {
            start("hash", noun.word());
        }
        if (open.type.equals("stream")) {
            open.said.put(
                    "fields", SetDraft.Said.asked(SizeWords.number(words.at(i).high()), from(i, noun.phrase())));
        } else if (!open.hasElements() || open.type.isEmpty()) {
            if (open.type.isEmpty() || open.type.equals("string")) {
                open.type = "hash";
                open.typed = true;
            }
            open.elements(words.notation(i), from(i, noun.phrase()));
        }
        focus = Part.CONTENT;
    }

    private void elements(int i, Noun noun) {
        open.elements(words.notation(i), from(i, noun.phrase()));
        if (open.type.isEmpty()) {
            open.type = container(noun);
        }
        Optional<String> form = Lexicon.form(noun.word());
        if (form.isPresent()) {
            open.size(Part.CONTENT, form.get(), noun.phrase());
        } else if (Lexicon.singular(noun.word()).equals("id") || noun.phrase().endsWith(" ids")) {
            open.size(Part.CONTENT, "integers", noun.phrase());
        }
        focus = Part.CONTENT;
    }

    /** How something that holds so many of those is usually kept. */
    private String container(Noun noun) {
        String owner = Lexicon.usual(open.noun).orElse("string");
        if (!owner.equals("string") && (Lexicon.ELEMENTS.contains(noun.word()) || !owner.equals("hash"))) {
            return owner;
        }
        String usual = Lexicon.usual(noun.word()).orElse("list");
        return usual.equals("string") || usual.equals("hash") ? "set" : usual;
    }

    private void keys(Piece amount, String phrase) {
        open.keys = amount.low() < amount.high() ? (amount.low() + amount.high()) / 2 : amount.high();
        open.keysFrom = amount.text() + " " + phrase;
        if (!Double.isNaN(share)) { // 60 % of 10M users
            open.keys *= share / 100;
            open.keysFrom = "= " + SizeWords.number(share) + " % of " + open.keysFrom;
            share = Double.NaN;
        }
        focus = Part.WHOLE;
    }

    /** "fields: 8", "keys = 5M", "members 50". */
    private void labelled(int i) {
        int at = words.link(i);
        String label = words.at(at).lower();
        if (Lexicon.KEYS.contains(label)) {
            if (none() || open.hasKeys()) {
                start("", "keys");
            }
            keys(words.at(i), "keys");
        } else if (Lexicon.FIELDS.contains(label) || Lexicon.ELEMENTS.contains(label)) {
            if (none()) {
                start("", label);
                keys(words.at(i), label);
            } else {
                open.elements(words.notation(i), label + " " + words.at(i).text());
            }
        } else if (words.is(at, ",") || at < 0) {
            return;
        } else if (!none()
                && !open.hasKeys()
                && Lexicon.structure(label).filter(open.type::equals).isPresent()) {
            keys(words.at(i), label);
        } else if (words.at(at).kind() == Kind.WORD && isPlural(label) && !Lexicon.ENDS.contains(label)) {
            start(Lexicon.structure(label).orElse(""), label);
            keys(words.at(i), label);
        }
    }

    /** "2 million of them": of what was spoken of before. */
    private void known(int i, int next) {
        if (!none() && !open.hasKeys()) {
            keys(words.at(i), "of them");
        }
        done = next;
    }

    /** "1000 sessions per second": how fast they come. */
    private void rate(int i, int at) {
        boolean per = words.is(at, "per", "a", "each", "every", "/");
        Piece period = words.at(per ? at + 1 : at);
        boolean rated = period.kind() == Kind.TIME && period.implied();
        if (rated && open.hasKeys() && open.keysFrom.startsWith(words.at(i).text())) {
            open.perSecond = open.keys / period.high();
            open.keys = Double.NaN;
            done = per ? at + 2 : at + 1;
        } else if (rated
                && !open.type.equals("bitmap")
                && open.elementsFrom.startsWith(words.at(i).text())) {
            open.elementsPerSecond = words.at(i).high() / period.high();
            done = per ? at + 2 : at + 1;
        }
    }

    private String from(int i, String phrase) {
        return words.at(i).text() + " " + phrase;
    }

    // Sizes, times and shares.

    private void size(int i) {
        int from = words.is(i + 1, "-") ? i + 2 : i + 1;
        String text = words.notation(i);
        String quoted = words.at(i).text();
        if (words.is(from, "of")
                && (none()
                        || words.phrase(from + 1) > 0
                                && STARTS.contains(words.at(words.link(i)).lower()))
                && words.phrase(from + 1) > 0
                && !words.isIn(from + 1, Set.of("data", "memory", "ram"))) {
            total(i, from + 1);
            return;
        }
        int length = words.phrase(from);
        String last = length == 0 ? "" : words.at(from + length - 1).lower();
        Part part = length == 0 ? focus : part(from, length);
        if (length > 0) {
            done = Math.max(done, part == Part.WHOLE && none() ? from : from + length);
        }
        if (last.startsWith("integer") || last.equals("ints")) { // 8 byte integers
            put(open.holds() ? Part.CONTENT : Part.WHOLE, "integers", quoted + " " + last);
            return;
        }
        if (none()) {
            if (length == 0) {
                return;
            }
            Noun noun = noun(from, length);
            start(noun.type(), last);
            done = from + length;
        }
        put(part, text, quoted);
    }

    /** "10 GB of sessions". */
    private void total(int i, int from) {
        int length = words.phrase(from);
        Noun noun = noun(from, length);
        start(noun.type(), noun.word());
        open.dataBytes = words.at(i).high();
        open.keysFrom = words.at(i).text();
        done = from + length;
    }

    private void put(Part part, String text, String quoted) {
        if (!Double.isNaN(share) && (part == Part.CONTENT || part == Part.WHOLE)) {
            open.share(share, text, quoted);
            share = Double.NaN;
        } else if (part == Part.KEY) {
            sets.stream()
                    .filter(set -> set == open || !set.has(Part.KEY))
                    .forEach(set -> set.size(Part.KEY, text, quoted));
        } else if (part == Part.WHOLE && open.holds() && !open.type.equals("hash")
                || part == Part.CONTENT && !open.holds()) {
            open.size(Part.CONTENT, text, quoted);
        } else {
            open.size(part, text, quoted);
        }
        if (!Double.isNaN(open.dataBytes) && part != Part.KEY && !open.hasKeys()) {
            double bytes = Double.parseDouble(text.replaceAll("^.*?([0-9.]+).*$", "$1"));
            open.keys = open.dataBytes / Math.max(1, bytes);
            open.keysFrom = "= " + open.keysFrom + " over " + quoted;
        }
    }

    private Part part(int from, int length) {
        String last = words.at(from + length - 1).lower();
        String before = length > 1 ? words.at(from + length - 2).lower() : "";
        if (Lexicon.NAMES.contains(last)) {
            return Lexicon.KEYS.contains(before) ? Part.KEY : Part.NAMES;
        }
        if (Lexicon.KEYS.contains(last) || Lexicon.KEYS.contains(words.at(from).lower())) {
            return Part.KEY;
        }
        if (Lexicon.VALUES.contains(last) || Lexicon.FIELDS.contains(last) || Lexicon.ELEMENTS.contains(last)) {
            return Part.CONTENT;
        }
        return last.startsWith("score") ? Part.SCORES : focus;
    }

    private void time(int i) {
        Piece amount = words.at(i);
        if (amount.implied()) {
            period = none() && amount.lower().endsWith("ly") ? ADVERBS.getOrDefault(amount.lower(), "") : period;
            return;
        }
        if (none()) {
            return;
        }
        if (!Double.isNaN(open.elementsPerSecond)) {
            open.elements(
                    SizeWords.number(Math.rint(open.elementsPerSecond * amount.high())),
                    open.elementsFrom + " for " + amount.text());
            open.elementsPerSecond = Double.NaN;
        } else if (PERIODS.contains(Lexicon.singular(open.per)) && !open.hasKeys()) {
            double period = period(open.per);
            open.keys = Math.round(amount.high() / period);
            open.keysFrom = "= one per " + open.per + " for " + amount.text();
        } else if (words.near(i, 4, EXPIRY)) {
            expire(1, amount.text(), words.near(i, 6, ALL));
            open.ttlSeconds = amount.high();
        }
    }

    private static double period(String name) {
        return switch (Lexicon.singular(name)) {
            case "second" -> 1;
            case "minute" -> 60;
            case "hour" -> 3_600;
            case "week" -> 7 * 86_400;
            case "month" -> 30 * 86_400;
            case "year" -> 365 * 86_400;
            default -> 86_400;
        };
    }

    private void share(int i) {
        boolean ofMany = words.is(i + 1, "of") && words.at(i + 2).kind() == Kind.COUNT;
        if (ofMany) {
            share = words.at(i).high();
        } else if (!none()) {
            shared(i, words.at(i).high(), words.at(i).text());
        }
    }

    private void shared(int i, double percent, String quoted) {
        if (words.near(i, 6, EXPIRY)) {
            expire(percent / 100, quoted + " expire", false);
        } else {
            share = percent;
        }
    }

    private void expire(double ratio, String from, boolean all) {
        SetDraft.Said said = SetDraft.Said.asked(SizeWords.number(100 * ratio) + " %", from);
        for (SetDraft set : all ? sets : List.of(open)) {
            boolean known = set.said.containsKey("expiring") && ratio == 1;
            if (!known) {
                set.said.put("expiring", said);
            }
        }
    }

    // Words.

    private void word(int i) {
        String lower = words.at(i).lower();
        Optional<String> pair = Lexicon.structure(lower, words.at(i + 1).lower());
        Optional<String> structure = pair.isPresent() ? pair : Lexicon.structure(lower);
        if (PARTS.containsKey(lower) && !none()) {
            shared(i, PARTS.get(lower), lower);
        } else if (EXPIRY.contains(lower)) {
            expiry(i);
        } else if (lower.equals("per")
                && (words.at(i + 1).kind() == Kind.WORD || words.at(i + 1).implied())) {
            per(words.at(i + 1).lower());
        } else if (Lexicon.KEYS.contains(lower)) {
            focus = Part.KEY;
        } else if (Lexicon.NAMES.contains(lower)) {
            focus = focus == Part.KEY ? Part.KEY : Part.NAMES;
        } else if (Lexicon.VALUES.contains(lower)
                || Lexicon.FIELDS.contains(lower)
                || Lexicon.ELEMENTS.contains(lower)) {
            focus = Part.CONTENT;
        } else if (lower.startsWith("score")) {
            focus = Part.SCORES;
        } else if (Lexicon.form(lower).isPresent()) {
            form(i, Lexicon.form(lower).get());
        } else if (structure.isPresent()) {
            mentioned(i, structure.get(), pair.isPresent());
        }
    }

    private void per(String noun) {
        if (!none()) {
            open.per = noun;
        }
    }

    private void expiry(int i) {
        String lower = words.at(i).lower();
        boolean clear = lower.startsWith("ttl") || lower.startsWith("expir");
        if (none() || !clear) {
            return;
        }
        if (words.near(i, 2, NEVER)) {
            open.said.put(
                    "expiring",
                    SetDraft.Said.asked(
                            "0 %", words.at(i - 1).text() + " " + words.at(i).text()));
        } else {
            expire(1, words.at(i).text(), words.near(i, 3, ALL));
        }
    }

    /** "uuid members", "values are integers". */
    private void form(int i, String notation) {
        if (none()) {
            return;
        }
        String quoted = words.at(i).text();
        int length = words.phrase(i + 1);
        Part part = length > 0 ? part(i + 1, 1) : focus;
        if (length > 0) {
            boolean named = Lexicon.KEYS.contains(words.at(i + 1).lower())
                    || Lexicon.VALUES.contains(words.at(i + 1).lower())
                    || Lexicon.NAMES.contains(words.at(i + 1).lower())
                    || Lexicon.ELEMENTS.contains(words.at(i + 1).lower())
                    || Lexicon.FIELDS.contains(words.at(i + 1).lower());
            done = named ? i + 2 : done;
        }
        boolean few = notation.equals("integers") && words.is(i - 1, "small", "tiny");
        put(part == Part.WHOLE && open.holds() ? Part.CONTENT : part, few ? "integers 0-100" : notation, quoted);
    }

    /** A structure that no number counts: "as hashes", "in a sorted set", "a leaderboard of". */
    private void mentioned(int i, String type, boolean pair) {
        done = pair ? i + 2 : i + 1;
        int linkAt = i - 1;
        boolean one = words.isIn(linkAt, ONE) || words.is(linkAt, "redis", "global");
        while (words.isIn(linkAt, ONE)) {
            linkAt--;
        }
        String link = words.at(linkAt).lower();
        boolean into = INTO.contains(link) || link.equals("as") || link.equals("is") || link.equals("are");
        boolean plural = isPlural(words.at(done - 1).lower());
        if (!Double.isNaN(share) && plural && !none() && (divided.isPresent() || open.hasKeys() && !open.typed)) {
            part(type, words.at(done - 1).lower());
            return;
        }
        if (none()
                || open.typed && !into && (one || STARTS.contains(link)) && open.hasKeys()
                || open.typed && one && !into) {
            start(type, words.at(done - 1).lower());
            open.single = one && !plural;
        } else if (!open.typed) {
            boolean flips = INTO.contains(link)
                    && one
                    && !plural
                    && open.hasKeys()
                    && !open.hasElements()
                    && !words.near(i, 6, EACH)
                    && !type.equals("string")
                    && !type.equals("hash")
                    && !type.equals("list");
            if (flips
                    || INTO.contains(link)
                            && words.is(i - 1, "one", "single")
                            && open.hasKeys()
                            && !type.equals("string")) {
                open.elements(SizeWords.number(open.keys), open.keysFrom);
                open.keys = 1;
                open.keysFrom = "";
            }
            typed(type, words.at(done - 1).lower());
        }
        open.noun = open.noun.isEmpty() ? words.at(i).lower() : open.noun;
        focus = Part.WHOLE;
    }

    /** "12M keys: 70 % strings, 30 % hashes". */
    private void part(String type, String noun) {
        SetDraft whole = divided.orElse(open);
        sets.remove(whole);
        divided = Optional.of(whole);
        String from = SizeWords.number(share) + " % of " + whole.keysFrom;
        double keys = whole.keys * share / 100;
        share = Double.NaN;
        start(type, noun);
        open.keys = keys;
        open.keysFrom = "= " + from;
    }

    private void typed(String type, String noun) {
        open.type = type;
        open.typed = true;
        open.noun = noun;
    }
}
