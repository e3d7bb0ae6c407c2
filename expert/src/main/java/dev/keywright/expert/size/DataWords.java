package dev.keywright.expert.size;

import dev.keywright.expert.size.Contents.Part;
import dev.keywright.expert.workload.Pieces;
import dev.keywright.expert.workload.Pieces.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads kinds of data from a text, from left to right: a number with its noun opens one or counts what it holds
 * ({@link CountWords}), a structure says how it is kept, a size belongs to the noun behind it or else to the one spoken of last
 * ({@link AmountWords}). One use, one thread.
 */
final class DataWords {

    private static final Set<String> ONE = Set.of("a", "an", "one", "single", "another", "the");
    private static final Map<String, Double> PARTS =
            Map.of("half", 50.0, "third", 100.0 / 3, "quarter", 25.0, "fifth", 20.0, "tenth", 10.0);

    private static final Set<String> ACTORS = Set.of("we", "i", "you", "they", "to", "will", "can", "which");

    /** Behind these stands what is said of things that were spoken of. */
    private static final Set<String> TELLS = Set.of(
            "expire", "expires", "have", "has", "are", "is", "live", "lives", "take", "get", "last", "stay", "ttl", ":",
            "never");

    /** A name with a colon or a place in it. */
    private static final Pattern NAME =
            Pattern.compile("[\"'`]?([A-Za-z][\\w.-]*(?:[:{<][\\w.{}<>:-]*[\\w}>])+)(:?)[\"'`]?");

    private static final Pattern PREFIX = Pattern.compile("(?i)prefix(?:ed)?(?: of| with| is)?[ :=]*$");

    /** How wide integers are; no number of anything. */
    private static final Pattern WIDTH = Pattern.compile("(?i)\\b(?:8|16|32|64|128)[- ]bit\\b");

    private static final Pattern DIGITS = Pattern.compile("(?i)\\b(\\d{1,2})[- ]digits?\\b");
    private static final int MOST_DIGITS = 18;

    /** What was taken out of the text, to be said when the reading comes to its place. */
    private record Mark(int at, Part part, String notation, String quoted) {}

    private final Deque<Mark> marks = new ArrayDeque<>();
    private final SizeWords words;
    private final Drafts drafts = new Drafts();
    private final CountWords counts;
    private final AmountWords amounts;

    private DataWords(String text) {
        this.words = new SizeWords(Pieces.of(marked(text)));
        this.counts = new CountWords(words, drafts);
        this.amounts = new AmountWords(words, drafts);
    }

    /**
     * What a text told.
     *
     * @param sets in the order of the text
     * @param words that were read
     * @param lost words that changed nothing
     * @param doubts what may be meant in another way
     */
    record Told(List<SetDraft> sets, SizeWords words, List<String> lost, List<String> doubts) {
        Told {
            sets = List.copyOf(sets);
            doubts = List.copyOf(doubts);
            lost = List.copyOf(lost);
        }
    }

    static Told read(String text) {
        DataWords reader = new DataWords(text);
        reader.read();
        return new Told(reader.drafts.all(), reader.words, reader.drafts.lost(), reader.drafts.doubts());
    }

    /** The text without names of keys and widths of numbers. */
    private String marked(String text) {
        StringBuilder rest = new StringBuilder(
                WIDTH.matcher(text).replaceAll(width -> " ".repeat(width.group().length())));
        List<Mark> found = new ArrayList<>();
        Matcher name = NAME.matcher(text);
        while (name.find()) {
            boolean prefix = PREFIX.matcher(text.substring(0, name.start())).find();
            String pattern = name.group(1) + (prefix ? name.group(2) + "{id}" : "");
            found.add(new Mark(name.start(), Part.KEY, pattern, name.group()));
            blank(rest, name);
        }
        Matcher digits = DIGITS.matcher(text);
        while (digits.find()) {
            int many = Math.max(1, Math.min(MOST_DIGITS, Integer.parseInt(digits.group(1))));
            String largest = "9".repeat(many);
            String least = many == 1 ? "0" : "1" + "0".repeat(many - 1);
            found.add(new Mark(digits.start(), Part.CONTENT, "integers " + least + "-" + largest, digits.group()));
            blank(rest, digits);
        }
        found.stream().sorted(Comparator.comparingInt(Mark::at)).forEach(marks::add);
        return rest.toString();
    }

    private static void blank(StringBuilder text, Matcher found) {
        for (int i = found.start(); i < found.end(); i++) {
            text.setCharAt(i, ' ');
        }
    }

    private void read() {
        for (int i = 0; i < words.size(); i++) {
            Piece piece = words.at(i);
            say(piece.start());
            if (!words.isRead(i)) {
                switch (piece.kind()) {
                    case COUNT -> count(i);
                    case SIZE -> amounts.size(i);
                    case TIME -> amounts.time(i);
                    case SHARE -> amounts.share(i);
                    case WORD -> word(i);
                    case SIGN -> sign(i);
                    default -> {}
                }
            }
        }
        say(Integer.MAX_VALUE);
        drafts.countByTimes();
        drafts.countByOwners();
    }

    private void count(int i) {
        double part = PARTS.getOrDefault(Lexicon.singular(words.at(i + 1).lower()), 0.0);
        if (part > 0 && !drafts.none()) { // three quarters of them
            amounts.shared(
                    i + 1,
                    words.at(i).high() * part,
                    words.at(i).text() + " " + words.at(i + 1).text());
            words.readTo(i + 2);
        } else if (!amounts.length(i)) {
            counts.read(i);
        }
    }

    /** "hashes (id, name, email)". */
    private void sign(int i) {
        if (words.is(i, "(")
                && !drafts.none()
                && drafts.open().is("hash")
                && !drafts.open().hasElements()) {
            fields(i - 1);
        }
    }

    private void say(int reached) {
        while (!marks.isEmpty() && marks.peek().at() < reached) {
            Mark mark = marks.remove();
            drafts.size(mark.part(), mark.notation(), mark.quoted());
        }
    }

    private void word(int i) {
        String lower = words.at(i).lower();
        Optional<String> pair = Lexicon.structure(lower, words.at(i + 1).lower());
        Optional<String> structure = pair.isPresent() ? pair : Lexicon.structure(lower);
        if (structure.isPresent() && words.isIn(i - 1, ACTORS)) { // we set, to list
            return;
        }
        if (isSubject(i)) {
            drafts.reopen(lower);
        } else if (PARTS.containsKey(lower) && !drafts.none()) {
            amounts.shared(i, PARTS.get(lower), lower);
        } else if (AmountWords.isExpiry(lower)) {
            amounts.expiry(i);
        } else if (opensFor(i)) {
            drafts.everyNext(words.at(i + 1).lower());
            words.readTo(i + 2);
        } else if (lower.equals("per") && !drafts.none()) {
            per(i);
        } else if (amounts.subject(i)) {
            return;
        } else if (Lexicon.KEYS.contains(lower) || lower.equals("keyed")) {
            drafts.focus(Part.KEY);
        } else if (Lexicon.NAMES.contains(lower)) {
            drafts.focus(drafts.focus() == Part.KEY ? Part.KEY : Part.NAMES);
        } else if (Lexicon.FIELDS.contains(lower)) {
            fields(i);
        } else if (Lexicon.isContent(lower)) {
            drafts.focus(Part.CONTENT);
        } else if (mayNameFields(i)) {
            fields(i);
            drafts.focus(Part.WHOLE);
        } else if (lower.startsWith("score")) {
            drafts.focus(Part.SCORES);
        } else if (Lexicon.form(lower).isPresent()) {
            amounts.form(i, Lexicon.form(lower).get());
        } else if (structure.isPresent()) {
            mentioned(i, structure.get(), pair.isPresent() ? 2 : 1);
        }
    }

    /** "the sessions expire after": one of those spoken of before, of which more is told. */
    private boolean isSubject(int i) {
        int before = words.is(i - 1, "the", "only", "while", "but") ? i - 2 : i - 1;
        boolean starts = CountWords.starts(words.at(before).lower()) || words.is(before, "while", "but", "where");
        return starts
                && before >= 0
                && words.is(i + 1, TELLS.toArray(String[]::new))
                && drafts.mayReopen(words.at(i).lower());
    }

    /** "per user a set of 30 ids", "every shop has a list": what there will be one of the next for. */
    private boolean opensFor(int i) {
        Piece owner = words.at(i + 1);
        String before = words.at(i - 1).lower();
        return words.isIn(i, Lexicon.EACH)
                && (drafts.none()
                        || before.equals("for")
                                && CountWords.starts(words.at(i - 2).lower())
                        || CountWords.starts(before))
                && (drafts.none() || !drafts.open().isCalled(Lexicon.singular(owner.lower())) && isWhole())
                && owner.kind() == Pieces.Kind.WORD
                && new Noun(owner.lower(), "", "").isOwner()
                && Lexicon.structure(owner.lower()).isEmpty()
                && !Lexicon.ENDS.contains(owner.lower())
                && !Noun.isPlural(owner.lower());
    }

    /** Whether enough is said of the open one that others may be spoken of. */
    private boolean isWhole() {
        return drafts.open().hasKeys() && (drafts.open().hasElements() || isToldOf());
    }

    /** Whether there are so many of the open ones, each so large. */
    private boolean isToldOf() {
        return !drafts.none()
                && drafts.open().hasKeys()
                && !drafts.open().contents().isUnknown();
    }

    /** "per user": what there is one of it for. */
    private void per(int i) {
        Piece owner = words.at(i + 1);
        boolean named = owner.implied() || owner.kind() == Pieces.Kind.WORD;
        if (!named || Lexicon.isContent(owner.lower())) {
            return;
        }
        boolean counted = drafts.open().isNamed(Lexicon.singular(words.at(i - 1).lower()))
                || drafts.open().hasElements();
        if (counted
                && !words.is(i - 1, "one")
                && !drafts.open().element().isSame(owner.lower())
                && !drafts.open().isCalled(Lexicon.singular(owner.lower()))) {
            drafts.open().awaitOwners();
        }
        if (drafts.open().mayNest()
                && drafts.open().wasTypedLast()
                && drafts.open().element().isSame(owner.lower())) {
            drafts.open().nest();
        }
        drafts.open().per(owner.lower());
        if (words.is(i + 2, "and", "/")
                && words.at(i + 3).kind() == Pieces.Kind.WORD
                && !Noun.isPlural(words.at(i + 3).lower())
                && !Lexicon.ENDS.contains(words.at(i + 3).lower())
                && Lexicon.structure(words.at(i + 3).lower()).isEmpty()) {
            drafts.open().per(words.at(i + 3).lower()); // per user and endpoint
            words.readTo(i + 4);
        }
    }

    /** "fields name, email and age". */
    private void fields(int i) {
        SetDraft open = drafts.open();
        Optional<FieldList.Found> found = FieldList.at(words, i + 1);
        if (found.isPresent() && !drafts.none()) {
            FieldList list = found.get().list();
            if (open.is("stream")) {
                open.say("fields", Said.derived(Integer.toString(list.size()), "so many are named"));
            } else if (!open.hasElements()) {
                open.elements(
                        Integer.toString(list.size()),
                        list.size() + " fields are named",
                        new Noun("fields", "", "fields"));
            }
            if (!open.holds()) {
                open.typed("hash");
            }
            open.contents().list(list);
            words.readTo(found.get().end());
        }
        drafts.focus(Part.CONTENT);
    }

    /** "a hash with title (60 bytes), price and stock". */
    private boolean mayNameFields(int i) {
        boolean empty =
                !drafts.none() && drafts.open().is("hash") && !drafts.open().hasElements();
        return empty
                && words.is(i, "with", "containing", "having", "has", "holding")
                && FieldList.at(words, i + 1)
                        .filter(found -> found.list().isOfFields())
                        .isPresent();
    }

    /** A structure that no number counts: "as hashes", "in a sorted set", "a leaderboard of". */
    private void mentioned(int i, String type, int length) {
        words.readTo(i + length);
        String word = words.at(i + length - 1).lower();
        int linkAt = article(i);
        boolean one = words.isIn(linkAt, ONE) || words.is(linkAt, "redis", "global");
        while (words.isIn(linkAt, ONE)) {
            linkAt--;
        }
        String link = words.at(linkAt).lower();
        boolean into = Lexicon.INTO.contains(link) || Set.of("as", "is", "are").contains(link);
        boolean plural = Noun.isPlural(word);
        SetDraft open = drafts.open();
        if (drafts.hasShare() && plural && !drafts.none() && drafts.mayDivide()) {
            drafts.divide(type, word);
            return;
        }
        if (plural
                && words.is(i - 2, "and")
                && words.at(i - 1).kind() == Pieces.Kind.WORD
                && words.at(i - 3).kind() == Pieces.Kind.WORD) {
            drafts.doubt("\"" + words.at(i - 3).text() + " and "
                    + words.at(i - 1).text() + " " + word + "\" are taken for one kind of data");
        }
        boolean listed = !plural && !one && isListed(i);
        boolean single = (one || listed) && !plural;
        boolean another = open.isTyped() && !into && (one || listed || CountWords.starts(link) && open.hasKeys());
        if (!open.isTyped()
                && !into
                && one
                && CountWords.starts(link)
                && isToldOf()
                && !words.near(i, 8, Lexicon.EACH)) {
            drafts.start(type, word);
            drafts.open().single(single);
        } else if (into && plural && open.isTyped() && isOfOthers(linkAt)) { // order lines in lists
            drafts.start(type, word);
            drafts.open().named(words.at(linkAt - 1).lower());
        } else if (drafts.none() || another) {
            boolean ofEach = single && (open.isOfOwner() || another && isOneOfEach(i));
            drafts.start(type, word);
            drafts.open().single(single);
            if (ofEach) {
                drafts.open().sameOwner(open);
            }
        } else if (!open.isTyped()) {
            if (holdsAll(i, type, link, single)) {
                open.keysAreElements(1, "");
                open.keys(1, "");
            } else if (single && open.hasKeys()) {
                open.ofOwner();
            }
            open.typed(type);
            open.noun(word);
        } else if (!type.equals(open.type()) && !type.equals("string") && !type.equals("counter")) {
            drafts.lose(words.at(i + length - 1).text());
        }
        int things = words.is(i + length, "of") ? words.phrase(i + length + 1) : 0;
        if (things > 0) {
            drafts.open().of(Noun.read(words, i + length + 1, things).word());
        }
        drafts.focus(Part.WHOLE);
    }

    /** Whether the structure at {@code i} is one of each that was counted: "and a stream of 1000 messages each". */
    private boolean isOneOfEach(int i) {
        for (int at = i + 1; at < words.size() && !words.isStop(at) && !words.is(at, "(", "and"); at++) {
            if (words.is(at, "each") && words.at(at - 1).kind() == Pieces.Kind.WORD) {
                return drafts.open().isOfMany();
            }
        }
        return false;
    }

    /** The place of the article of a structure, "a pending list"; of what stands before it where there is none. */
    private int article(int i) {
        int at = i - 1;
        while (at > i - 3 && words.at(at).kind() == Pieces.Kind.WORD && !words.isIn(at, Lexicon.ENDS)) {
            at--;
        }
        return words.is(at, "a", "an", "another") ? at : i - 1;
    }

    /** Whether other things than the open ones are spoken of before a link, at the beginning of a clause. */
    private boolean isOfOthers(int link) {
        String others = words.at(link - 1).lower();
        int before = link - 1;
        while (before > link - 4 && words.at(before).kind() == Pieces.Kind.WORD && !words.isIn(before, Lexicon.ENDS)) {
            before--;
        }
        return Noun.isPlural(others)
                && before < link - 1
                && CountWords.starts(words.at(before).lower())
                && !drafts.open().isCalled(Lexicon.singular(others));
    }

    /** "users: profile hash, settings string": a structure of each of those that are counted. */
    private boolean isListed(int i) {
        int before = i - 1;
        while (before > i - 3 && words.at(before).kind() == Pieces.Kind.WORD && !words.isIn(before, Lexicon.ENDS)) {
            before--;
        }
        boolean first =
                words.is(before, ":") && !drafts.none() && !drafts.open().isTyped();
        return first
                || drafts.open().isOfOwner()
                        && CountWords.starts(words.at(before).lower());
    }

    /** Whether one structure holds everything that was counted: "20M users in a sorted set". */
    private boolean holdsAll(int i, String type, String link, boolean one) {
        SetDraft open = drafts.open();
        if (!Lexicon.INTO.contains(link) || !open.hasKeys() || type.equals("string")) {
            return false;
        }
        boolean each = open.hasElements() || words.near(i, 6, Lexicon.EACH);
        boolean usual = one && !each && !type.equals("hash") && !type.equals("list");
        return usual || words.is(i - 1, "one", "single") && !open.hasElements();
    }
}
