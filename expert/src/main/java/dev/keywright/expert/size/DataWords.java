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
     */
    record Told(List<SetDraft> sets, SizeWords words) {
        Told {
            sets = List.copyOf(sets);
        }
    }

    static Told read(String text) {
        DataWords reader = new DataWords(text);
        reader.read();
        return new Told(reader.drafts.all(), reader.words);
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
    }

    private void count(int i) {
        double part = PARTS.getOrDefault(Lexicon.singular(words.at(i + 1).lower()), 0.0);
        if (part > 0 && !drafts.none()) { // three quarters of them
            amounts.shared(
                    i + 1,
                    words.at(i).high() * part,
                    words.at(i).text() + " " + words.at(i + 1).text());
            words.readTo(i + 2);
        } else {
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
        if (PARTS.containsKey(lower) && !drafts.none()) {
            amounts.shared(i, PARTS.get(lower), lower);
        } else if (AmountWords.isExpiry(lower)) {
            amounts.expiry(i);
        } else if (lower.equals("per") && !drafts.none()) {
            per(i);
        } else if (amounts.subject(i)) {
            return;
        } else if (Lexicon.KEYS.contains(lower)) {
            drafts.focus(Part.KEY);
        } else if (Lexicon.NAMES.contains(lower)) {
            drafts.focus(drafts.focus() == Part.KEY ? Part.KEY : Part.NAMES);
        } else if (Lexicon.FIELDS.contains(lower)) {
            fields(i);
        } else if (Lexicon.isContent(lower)) {
            drafts.focus(Part.CONTENT);
        } else if (lower.startsWith("score")) {
            drafts.focus(Part.SCORES);
        } else if (Lexicon.form(lower).isPresent()) {
            amounts.form(i, Lexicon.form(lower).get());
        } else if (structure.isPresent()) {
            mentioned(i, structure.get(), pair.isPresent() ? 2 : 1);
        }
    }

    /** "per user": what there is one of it for. */
    private void per(int i) {
        Piece owner = words.at(i + 1);
        if (!owner.implied() && owner.kind() != Pieces.Kind.WORD) {
            return;
        }
        if (drafts.open().mayNest()
                && drafts.open().wasTypedLast()
                && drafts.open().element().isSame(owner.lower())) {
            drafts.open().nest();
        }
        drafts.open().per(owner.lower());
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

    /** A structure that no number counts: "as hashes", "in a sorted set", "a leaderboard of". */
    private void mentioned(int i, String type, int length) {
        words.readTo(i + length);
        String word = words.at(i + length - 1).lower();
        int linkAt = i - 1;
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
        boolean single = one && !plural;
        boolean another = open.isTyped() && !into && (one || CountWords.starts(link) && open.hasKeys());
        if (drafts.none() || another) {
            drafts.start(type, word);
            drafts.open().single(single);
            if (single && open.isOfOwner()) {
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
        }
        drafts.focus(Part.WHOLE);
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
