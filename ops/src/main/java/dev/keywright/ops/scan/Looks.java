package dev.keywright.ops.scan;

import static dev.keywright.ops.analysis.KeyType.HASH;
import static dev.keywright.ops.analysis.KeyType.LIST;
import static dev.keywright.ops.analysis.KeyType.SET;
import static dev.keywright.ops.analysis.KeyType.STREAM;
import static dev.keywright.ops.analysis.KeyType.STRING;
import static dev.keywright.ops.analysis.KeyType.ZSET;

import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.analysis.Shape;
import dev.keywright.ops.wire.Replies;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which values are looked at, and how: how many elements a key has; what its bytes are when more than a few elements are looked at;
 * what a few of its elements look like. Never a whole giant: at most {@value #ELEMENTS} elements, at most some
 * {@value #VALUE_BYTES} bytes by the key's mean.
 */
final class Looks {

    private static final int ELEMENTS = 8;
    private static final long VALUE_BYTES = 64 * 1024;
    /** MEMORY USAGE looks at so many elements for all keys of a page together; some 0.1 ms. */
    private static final int ELEMENTS_OF_A_PAGE = 1000;

    private static final long BIG_BYTES = 4096;
    /** So many big keys are looked at before big means twice as much. */
    private static final int BIG_KEYS = 1000;

    private static final int BIG_KEYS_TOUCHING = 100;
    private static final double SHARE = 0.01;
    private static final int LEAST = 1000;
    private static final int LEAST_TOUCHING = 100;

    private static final Map<KeyType, Phrase> COUNTS = new EnumMap<>(Map.of(
            STRING, Phrase.of("STRLEN <key>"),
            LIST, Phrase.of("LLEN <key>"),
            SET, Phrase.of("SCARD <key>"),
            ZSET, Phrase.of("ZCARD <key>"),
            HASH, Phrase.of("HLEN <key>"),
            STREAM, Phrase.of("XLEN <key>")));

    private static final Map<KeyType, Phrase[]> SHAPES = new EnumMap<>(Map.of(
            STRING, upTo("GETRANGE <key> 0 " + (Shape.HEAD_BYTES - 1), 0),
            LIST, upTo("LRANGE <key> 0 #", -1),
            SET, upTo("SRANDMEMBER <key> #", 0),
            ZSET, upTo("ZRANDMEMBER <key> # WITHSCORES", 0),
            HASH, upTo("HRANDFIELD <key> # WITHVALUES", 0),
            STREAM, upTo("XRANGE <key> - + COUNT #", 0)));

    private final Depth depth;
    private final boolean touching;
    private final Rights rights;
    private final long looksBelow;
    private long bigBytes = BIG_BYTES;
    private int big;

    /**
     * @param touching whether looking resets idle times
     * @param keys of the database
     */
    Looks(Depth depth, boolean touching, Rights rights, long keys) {
        this.depth = depth;
        this.touching = touching;
        this.rights = rights;
        double least = touching ? LEAST_TOUCHING : LEAST;
        this.looksBelow = Draft.below(Math.max(SHARE, least / Math.max(1, keys)));
    }

    /** The same phrase for 0, 1, 2 ... elements. */
    private static Phrase[] upTo(String words, int shift) {
        Phrase[] phrases = new Phrase[ELEMENTS + 1];
        for (int i = 0; i <= ELEMENTS; i++) {
            phrases[i] = Phrase.of(words.replace("#", Integer.toString(Math.max(0, i + shift))));
        }
        return phrases;
    }

    boolean touching() {
        return touching;
    }

    /** The keys of a page whose elements are counted. */
    List<Draft> choose(Page page) {
        if (depth == Depth.FACTS) {
            return List.of();
        }
        for (Draft draft : page.drafts) {
            draft.looked = draft.fate == Draft.Fate.READ && isLooked(draft);
        }
        return page.drafts.stream()
                .filter(draft -> draft.looked || (depth == Depth.COUNTS && draft.fate == Draft.Fate.READ))
                .filter(draft -> draft.type != KeyType.MODULE && rights.allow(count(draft)))
                .toList();
    }

    private boolean isLooked(Draft draft) {
        if (draft.bytes < bigBytes) {
            return draft.hash < looksBelow;
        }
        if (++big == (touching ? BIG_KEYS_TOUCHING : BIG_KEYS)) {
            big = 0;
            bigBytes *= 2;
        }
        return true;
    }

    private static Phrase count(Draft draft) {
        return COUNTS.getOrDefault(draft.type, Fact.BYTES.phrase);
    }

    // --- counts

    void sendCounts(Wire wire, List<Draft> drafts) throws IOException {
        long weighed = drafts.stream().filter(Looks::isWeighed).count();
        Phrase usage = weighed == 0
                ? Fact.BYTES.phrase
                : Phrase.of("MEMORY USAGE <key> SAMPLES " + Math.max(5, ELEMENTS_OF_A_PAGE / weighed));
        for (Draft draft : drafts) {
            count(draft).send(wire, draft.framed);
            if (isWeighed(draft)) {
                usage.send(wire, draft.framed);
            }
        }
    }

    /** Whether MEMORY USAGE estimates its bytes from some of its elements. */
    private static boolean isWeighed(Draft draft) {
        return draft.looked
                && draft.bytes > 0
                && switch (draft.encoding) {
                    case HASHTABLE, SKIPLIST, QUICKLIST, STREAM -> true;
                    default -> false;
                };
    }

    void readCounts(Replies replies, List<Draft> drafts) throws IOException {
        for (Draft draft : drafts) {
            if (replies.next() == Replies.FAILED) {
                refused(replies, count(draft), draft);
            } else {
                draft.elements = replies.number();
            }
            if (isWeighed(draft) && replies.next() == Replies.WHOLE) {
                draft.bytes = replies.number();
            }
        }
    }

    private void refused(Replies replies, Phrase phrase, Draft draft) throws IOException {
        Refusal refusal = Refusal.of(replies.text());
        if (refusal == Refusal.UNREADY) {
            throw new Unready(replies.text());
        }
        if (refusal == Refusal.COMMAND) {
            rights.refused(
                    phrase, "sizes or contents of type " + draft.type.name().toLowerCase(Locale.ROOT));
        }
    }

    // --- shapes

    /** The keys of which a few elements are taken. */
    List<Draft> shaped(List<Draft> counted) {
        return counted.stream()
                .filter(draft -> draft.looked && draft.elements > 0 && elements(draft) > 0)
                .filter(draft -> rights.allow(shape(draft)))
                .toList();
    }

    private static Phrase shape(Draft draft) {
        Phrase[] phrases = SHAPES.get(draft.type);
        if (phrases == null) {
            throw new IllegalStateException(draft.type + " has no elements");
        }
        return phrases[elements(draft)];
    }

    private static int elements(Draft draft) {
        if (draft.type == STRING) {
            return 1;
        }
        long mean = Math.max(1, draft.bytes / Math.max(1, draft.elements));
        return (int) Math.min(ELEMENTS, VALUE_BYTES / mean);
    }

    void sendShapes(Wire wire, List<Draft> drafts) throws IOException {
        for (Draft draft : drafts) {
            shape(draft).send(wire, draft.framed);
        }
    }

    void readShapes(Replies replies, List<Draft> drafts) throws IOException {
        for (Draft draft : drafts) {
            Phrase asked = shape(draft);
            switch (replies.next()) {
                case Replies.FAILED -> refused(replies, asked, draft);
                case Replies.BULK -> draft.shape = text(replies, draft);
                case Replies.MANY -> draft.shape = elements(replies, draft);
                default -> throw new IOException("a reply to " + asked.name() + " that is none");
            }
        }
    }

    private static Shape text(Replies reply, Draft draft) {
        Elements one = new Elements();
        one.value(reply);
        return one.shape(1, draft.elements, draft.elements, draft.encoding == Encoding.INT ? 1 : 0);
    }

    private static Shape elements(Replies replies, Draft draft) throws IOException {
        long replied = replies.number();
        Elements elements = new Elements();
        long count = 0;
        for (long left = replied; left > 0; ) {
            count++;
            switch (draft.type) {
                case HASH -> {
                    replies.next();
                    elements.field(replies);
                    replies.next();
                    elements.value(replies);
                    left -= 2;
                }
                case ZSET -> {
                    replies.next();
                    elements.value(replies);
                    replies.next();
                    elements.score(replies);
                    left -= 2;
                }
                case STREAM -> {
                    entry(replies, elements);
                    left--;
                }
                default -> {
                    replies.next();
                    elements.value(replies);
                    left--;
                }
            }
        }
        return elements.shape(count);
    }

    /** An id, and an array of fields and values. */
    private static void entry(Replies replies, Elements elements) throws IOException {
        replies.next();
        replies.skip();
        replies.next();
        for (long left = replies.number(); left > 0; left -= 2) {
            replies.next();
            elements.name(replies);
            replies.next();
            elements.value(replies);
        }
    }
}
