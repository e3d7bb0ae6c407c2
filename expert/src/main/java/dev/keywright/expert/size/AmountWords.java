package dev.keywright.expert.size;

import dev.keywright.expert.size.Contents.Part;
import dev.keywright.expert.workload.Pieces.Kind;
import dev.keywright.expert.workload.Pieces.Piece;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads sizes, contents that are said by what they are, lifetimes and shares. One thread. */
final class AmountWords {

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
            "expired",
            "retention",
            "retained",
            "valid",
            "cached",
            "stays",
            "stay",
            "survive",
            "deleted",
            "dropped",
            "purged",
            "forgotten",
            "remembered");
    private static final Set<String> NEVER = Set.of("no", "without", "never", "not", "nothing", "none");
    private static final Set<String> ALL = Set.of("all", "everything", "both");
    private static final Set<String> TOTALS = Set.of("total", "totaling", "totalling", "altogether", "overall");
    private static final Set<String> NO_DATA = Set.of("data", "memory", "ram");
    private static final Set<String> REPORTING = Set.of(
            "reporting",
            "reports",
            "report",
            "sending",
            "sends",
            "send",
            "emitting",
            "emits",
            "emit",
            "sampled",
            "measured",
            "polled",
            "measuring",
            "writing");
    private static final int WIDE = 6;

    private final SizeWords words;
    private final Drafts drafts;

    AmountWords(SizeWords words, Drafts drafts) {
        this.words = words;
        this.drafts = drafts;
    }

    static boolean isExpiry(String word) {
        return EXPIRY.contains(word);
    }

    /** Whether a time near here is how long something lives. */
    static boolean isLifetime(SizeWords words, int i) {
        return words.near(i, WIDE, EXPIRY);
    }

    private SetDraft open() {
        return drafts.open();
    }

    void size(int i) {
        int from = words.is(i + 1, "-") ? i + 2 : i + 1;
        String quoted = words.at(i).text();
        int of = words.is(from, "of") ? words.phrase(from + 1) : 0;
        boolean opens =
                drafts.none() || CountWords.starts(words.at(words.link(i)).lower());
        if (of > 0 && opens && !words.isIn(from + 1, NO_DATA)) {
            sizeOf(i, from + 1, of);
            return;
        }
        if (!drafts.none() && isSpread(i)) {
            spread(i, from);
            return;
        }
        if (!drafts.none() && open().holds() && isTotal(i)) {
            put(Part.TOTAL, words.notation(i), quoted);
            return;
        }
        int length = words.phrase(from);
        String last = length == 0 ? "" : words.at(from + length - 1).lower();
        Part part = length == 0 ? drafts.focus() : part(from, length);
        if (length > 0) {
            words.readTo(part == Part.WHOLE && drafts.none() ? from : from + length);
        }
        if (last.startsWith("integer") || last.equals("ints")) { // 8 byte integers
            put(open().holds() ? Part.CONTENT : Part.WHOLE, "integers", quoted + " " + last);
            return;
        }
        if (drafts.none()) {
            if (length == 0) {
                if (words.is(i + 1, "x", "×", "*")) { // 1 KB x 9M strings
                    drafts.size(Part.WHOLE, words.notation(i), quoted);
                }
                return;
            }
            drafts.start(Noun.read(words, from, length).type(), last);
            words.readTo(from + length);
        }
        put(part, words.notation(i), quoted);
    }

    /** "key length: 30": bytes without saying so; whether they are. */
    boolean length(int i) {
        int label = words.link(i);
        boolean told = words.is(label, "length", "len", "size", "lengths", "sizes")
                && words.phrase(i + 1) == 0
                && !drafts.none();
        if (told) {
            String before = words.at(label - 1).lower();
            Part part = words.at(label - 1).kind() == Kind.WORD && !Lexicon.SOFT.contains(before)
                    ? part(label - 1, 1)
                    : drafts.focus();
            put(part, words.notation(i), words.at(i).text());
        }
        return told;
    }

    /** Whether a size tells how far those differ that were or will be spoken of. */
    private boolean isSpread(int i) {
        return words.percentile(i).isPresent() || words.isDeviation(i) || isStraying(i);
    }

    /** "5 KB ± 1 KB": the second of them. */
    private boolean isStraying(int i) {
        return words.is(i - 1, "±") || words.is(i - 1, "-") && words.is(i - 2, "/") && words.is(i - 3, "+");
    }

    private void spread(int i, int from) {
        int length = words.phrase(from);
        Part part = place(length == 0 ? drafts.focus() : part(from, length));
        Piece amount = words.at(i);
        words.readTo(from + length);
        words.percentile(i)
                .ifPresentOrElse(
                        deviations -> open().contents().tail(part, deviations, amount.high(), amount.text()),
                        () -> open().contents().strays(part, amount.high(), amount.text()));
    }

    /** "10 GB of sessions". */
    private void sizeOf(int i, int from, int length) {
        Noun noun = Noun.read(words, from, length);
        drafts.start(noun.type(), noun.word());
        open().bytes(words.at(i).high(), words.at(i).text());
        words.readTo(from + length);
    }

    /** Whether a size is that of a collection with all it holds: "total 900 bytes", "2 KB per hash". */
    private boolean isTotal(int i) {
        Noun owner = new Noun(words.at(i + 2).lower(), "", "");
        boolean perOne = words.is(i + 1, "per")
                && open().hasElements()
                && (owner.isSame(open().noun())
                        || Lexicon.structure(owner.word()).filter(open()::is).isPresent());
        return perOne
                || words.isIn(words.link(i), TOTALS)
                || words.isIn(i + 1, TOTALS)
                || words.is(i + 1, "in") && words.isIn(i + 2, TOTALS);
    }

    private void put(Part part, String text, String quoted) {
        Contents contents = open().contents();
        if (drafts.hasShare() && (part == Part.CONTENT || part == Part.WHOLE)) {
            String share = drafts.shareFrom();
            contents.share(drafts.takeShare(), text, share + " " + quoted);
        } else if (part == Part.KEY) {
            drafts.all().stream()
                    .filter(set -> set == open() || !set.contents().has(Part.KEY))
                    .forEach(set -> set.contents().size(Part.KEY, text, quoted));
        } else {
            contents.size(place(part), text, quoted);
        }
        if (part != Part.KEY) {
            open().itemBytes(Said.middle(text), quoted);
        }
    }

    /** The part under which a size is kept: what is said of a collection is said of its elements. */
    private Part place(Part part) {
        return part == Part.WHOLE && open().holds() && !open().is("hash") ? Part.CONTENT : part;
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
        if (Lexicon.isContent(last)) {
            return Part.CONTENT;
        }
        return last.startsWith("score") ? Part.SCORES : drafts.focus();
    }

    /** "uuid members", "values are integers". */
    void form(int i, String notation) {
        if (drafts.none() || words.isIn(i - 1, Lexicon.EACH)) { // 70 bytes per URL
            return;
        }
        int length = words.phrase(i + 1);
        Part part = length > 0 ? part(i + 1, 1) : drafts.focus();
        String next = words.at(i + 1).lower();
        if (length > 0 && (Lexicon.KEYS.contains(next) || Lexicon.NAMES.contains(next) || Lexicon.isContent(next))) {
            words.readTo(i + 2);
        }
        if (words.isIn(i - 1, ALL) && drafts.all().size() > 1) { // all uuids
            drafts.all().stream()
                    .filter(set -> set.contents().isUnknown())
                    .forEach(set -> set.contents()
                            .size(Part.CONTENT, notation, words.at(i).text()));
        }
        boolean few = notation.equals("integers") && words.is(i - 1, "small", "tiny");
        put(
                part == Part.WHOLE && open().holds() ? Part.CONTENT : part,
                few ? "integers 0-100" : notation,
                words.at(i).text());
    }

    /** "item ids are", "quantities are": the part that is told of next; whether it is one. */
    boolean subject(int i) {
        String word = Lexicon.singular(words.at(i).lower());
        boolean told = !drafts.none() && open().holds() && words.is(i + 1, "is", "are");
        boolean amount = Lexicon.AMOUNTS.contains(word) || word.equals("timestamp");
        boolean id = Set.of("id", "sku", "code").contains(word);
        if (!told || !amount && !id) {
            return false;
        }
        boolean named = open().is("hash") && !open().element().isField();
        drafts.focus(amount && open().is("zset") ? Part.SCORES : id && named ? Part.NAMES : Part.CONTENT);
        return true;
    }

    // Times.

    void time(int i) {
        Piece amount = words.at(i);
        if (isPace(i)) {
            open().elementsEverySeconds(1, amount.high(), "every " + amount.text());
        } else if (amount.implied()) {
            Lexicon.adverb(amount.lower()).ifPresent(this::every);
        } else if (drafts.none()) {
            timesNext(i);
        } else if (!open().elementsKept(amount.high(), amount.text())) {
            kept(i, amount);
        }
    }

    /** "sensors reporting every 5 seconds". */
    private boolean isPace(int i) {
        return words.is(i - 1, "every") && words.isIn(i - 2, REPORTING) && open().hasKeys() && !open().hasElements();
    }

    /** "daily". */
    private void every(String period) {
        if (drafts.none()) {
            drafts.everyNext(period);
        } else if (open().isTyped() && open().period().isEmpty()) {
            open().per(period);
        }
    }

    /** "90 days of counters", "30 days of hourly bitmaps": one for each. */
    private void timesNext(int i) {
        Piece amount = words.at(i);
        if (!words.is(i + 1, "of")) {
            drafts.spanOfAll(amount.high(), amount.text());
            return;
        }
        Optional<String> adverb = Lexicon.adverb(words.at(i + 2).lower());
        int from = adverb.isPresent() ? i + 3 : i + 2;
        int length = words.phrase(from);
        String type = length == 0 ? "" : Noun.read(words, from, length).type();
        if (!type.isEmpty() && !type.equals("stream") && !type.equals("list")) {
            String period = adverb.orElse(Lexicon.singular(amount.lower().replaceAll("[^a-z]", "")));
            if (Lexicon.isPeriod(period)) {
                drafts.timesNext(
                        Math.rint(amount.high() / Lexicon.seconds(period)),
                        "one per " + period + " for " + amount.text());
                words.readTo(from);
            }
        }
    }

    private void kept(int i, Piece amount) {
        boolean dated = !open().period().isEmpty() && !open().hasTimes();
        if (dated && (open().isTyped() || !open().hasKeys())) {
            open().times(
                            Math.rint(amount.high() / Lexicon.seconds(open().period())),
                            "one per " + open().period() + " for " + amount.text());
        } else if (words.near(i, 4, EXPIRY) || standsAlone(i) || isForSoLong(i)) {
            expire(1, amount.text(), words.near(i, WIDE, ALL));
            open().lives(amount.high());
        }
    }

    /** "sessions, 3 KB, 24h": nothing but a time in its clause. */
    private boolean standsAlone(int i) {
        return words.is(i - 1, ",", ";", "(") && (i + 1 == words.size() || words.isStop(i + 1)) && !open().is("stream");
    }

    /** "4M tokens for 14 days"; what a list or a stream keeps so long are its entries. */
    private boolean isForSoLong(int i) {
        return words.is(i - 1, "for")
                && open().hasKeys()
                && open().keys() > 1
                && !open().is("stream")
                && !open().is("list");
    }

    // Shares and lifetimes.

    void share(int i) {
        if (words.is(i + 1, "of") && words.at(i + 2).kind() == Kind.COUNT) {
            drafts.share(words.at(i).high(), words.at(i).text());
        } else if (!drafts.none() && isStraying(i)) {
            open().contents()
                    .straysBy(
                            place(drafts.focus()),
                            words.at(i).high() / 100,
                            words.at(i).text());
        } else if (!drafts.none()) {
            shared(i, words.at(i).high(), words.at(i).text());
        }
    }

    void shared(int i, double percent, String quoted) {
        if (words.near(i, WIDE, EXPIRY)) {
            expire(percent / 100, quoted + " expire", false);
        } else if (isOfOwners(i)) {
            open().onlyShare(percent, quoted);
        } else {
            drafts.share(percent, quoted);
        }
    }

    /** Whether a lifetime stands for itself behind several kinds of data, so that it may be meant for all. */
    private boolean isForLast(int i, boolean all) {
        return !all
                && !words.isBracketed(i)
                && words.is(i - 1, ",", ";", ".")
                && drafts.all().size() > 1
                && drafts.isLast();
    }

    /** "20 % of them have a cart": of those that were counted. */
    private boolean isOfOwners(int i) {
        int have = words.is(i + 1, "of") ? i + 3 : i + 1;
        return words.is(have, "have", "has", "own", "keep")
                && words.is(have + 1, "a", "an", "one")
                && open().isOnlyCounted();
    }

    private void expire(double ratio, String from, boolean all) {
        String share = SizeWords.number(100 * ratio) + " %";
        for (SetDraft set : all ? drafts.all() : List.of(open())) {
            if (ratio != 1 || !set.hasSaid("expiring", share)) {
                set.say("expiring", Said.asked(share, from));
            }
        }
    }

    void expiry(int i) {
        String lower = words.at(i).lower();
        boolean clear = lower.startsWith("ttl") || lower.startsWith("expir");
        if (drafts.none() && clear && !words.near(i, 2, NEVER)) {
            drafts.expiresNext(words.at(i).text());
        }
        if (drafts.none() || !clear) {
            return;
        }
        if (words.near(i, 2, NEVER)) {
            String from = words.at(i - 1).text() + " " + words.at(i).text();
            open().say("expiring", Said.asked("0 %", from));
        } else {
            boolean every = words.near(i, 3, ALL);
            if (isForLast(i, every)) {
                drafts.doubt("\"" + words.at(i).text() + "\" is taken to be said of " + open().noun() + " only");
            }
            expire(1, words.at(i).text(), every);
        }
    }
}
