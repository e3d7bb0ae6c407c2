package dev.keywright.expert.evidence;

import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.design.Assumption;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.KeyDesign;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.knowledge.PatternSheet.Amount;
import dev.keywright.expert.knowledge.PatternSheet.Size;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the placeholders of a candidate stand for. Everything follows from the design and two numbers, the item and the
 * turn, so the same design is always measured with the same data. Immutable, any number of threads.
 */
final class Fill {

    private static final String TAG = "bench";
    private static final int BUCKETS = 100;
    private static final int SCORES = 1_000_000;
    private static final int LARGEST_VALUE = 8 << 20;
    private static final int VALUES = 4_096;
    private static final double USUAL_VALUE = 200;
    private static final long USUAL_TTL = 3_600;
    private static final double USUAL_COUNT = 100_000;

    /**
     * One sending.
     *
     * @param item which of the loaded items it is about
     * @param number counts all sendings, so that what must be new is new
     */
    record Turn(long item, long number) {}

    /** How much a text differs from sending to sending. */
    enum Varies {
        NEVER,
        WITH_BUCKET,
        WITH_ITEM,
        WITH_TURN
    }

    /** A stretch of a word. */
    record Part(Varies varies, Function<Turn, String> text) {
        static Part fixed(String text) {
            return new Part(Varies.NEVER, turn -> text);
        }
    }

    private final Function<String, Optional<Double>> quantities;
    private final long ttlSeconds;
    private final long nowMillis;
    private final double valueBytes;
    private final double items;
    private final String letters;

    private Fill(
            Function<String, Optional<Double>> quantities,
            long ttlSeconds,
            long nowMillis,
            double valueBytes,
            double items) {
        this.quantities = quantities;
        this.ttlSeconds = ttlSeconds;
        this.nowMillis = nowMillis;
        this.valueBytes = valueBytes;
        this.items = items;
        this.letters = valueBytes > LARGEST_VALUE ? "" : letters((int) Math.max(1, Math.round(valueBytes)) + VALUES);
    }

    /** @param nowMillis the server's time, which {@code {now}} starts from */
    static Fill of(Design design, NeedDesign need, long nowMillis) {
        Function<String, Optional<Double>> quantities = name -> quantity(design, need, name);
        long ttl = need.keys().stream()
                .map(KeyDesign::ttlSeconds)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> quantities.apply("ttl_seconds").map(Math::round))
                .orElse(USUAL_TTL);
        Optional<Size> size = need.sheet().size();
        double value = quantities
                .apply("value_bytes")
                .or(() -> size.map(Size::valueBytes)
                        .filter(amount -> !amount.of().isEmpty())
                        .map(amount -> amount(amount, quantities)))
                .orElse(USUAL_VALUE);
        List<String> counted =
                size.map(Size::items).orElse(need.sheet().item().map(List::of).orElse(List.of()));
        double items = counted.stream()
                .map(name -> design.workload().quantity(name, need.pattern()))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> counted.stream()
                        .map(quantities)
                        .flatMap(Optional::stream)
                        .findFirst())
                .orElse(USUAL_COUNT);
        return new Fill(quantities, ttl, nowMillis, value, Math.max(1, items));
    }

    private static Optional<Double> quantity(Design design, NeedDesign need, String name) {
        return design.workload()
                .quantity(name, need.pattern())
                .or(() -> design.assumptions().stream()
                        .filter(assumption -> assumption.name().equals(name))
                        .map(Assumption::value)
                        .findFirst());
    }

    private static double amount(Amount amount, Function<String, Optional<Double>> quantities) {
        return amount.of().stream()
                .map(quantities)
                .flatMap(Optional::stream)
                .findFirst()
                .map(value -> value * amount.times())
                .orElse(amount.otherwise());
    }

    /** How many items the design is for. */
    long items() {
        return Math.round(items);
    }

    /** @throws CandidateFailure when nothing is known by that name */
    Part placeholder(String name) {
        return switch (name) {
            case "i" -> new Part(Varies.WITH_ITEM, turn -> Long.toString(turn.item()));
            case "N" -> new Part(Varies.WITH_BUCKET, turn -> Long.toString(turn.item() % BUCKETS));
            case "bench" -> Part.fixed(TAG);
            case "ttl" -> Part.fixed(Long.toString(ttlSeconds));
            case "now" -> new Part(Varies.WITH_TURN, turn -> Long.toString(nowMillis + turn.number()));
            case "id" -> new Part(Varies.WITH_TURN, turn -> String.format(Locale.ROOT, "%016x", mix(turn.number())));
            case "score" ->
                new Part(Varies.WITH_TURN, turn -> Long.toString(Math.floorMod(mix(turn.number()), SCORES)));
            case "value" -> value();
            default -> Part.fixed(whole(name));
        };
    }

    /** How many different texts a word that varies so takes over so many items. */
    static long distinct(Varies varies, long items) {
        return switch (varies) {
            case NEVER -> 1;
            case WITH_BUCKET -> Math.min(BUCKETS, items);
            case WITH_ITEM, WITH_TURN -> items;
        };
    }

    private Part value() {
        if (letters.isEmpty()) {
            throw new CandidateFailure("values of " + Amounts.bytes(valueBytes) + " are too large for a sample");
        }
        int length = letters.length() - VALUES;
        return new Part(Varies.WITH_ITEM, turn -> {
            int from = Math.floorMod(mix(turn.item()), VALUES);
            return letters.substring(from, from + length);
        });
    }

    /** A quantity; of one in seconds also the milliseconds ({@code window_ms}) and microseconds ({@code window_us}). */
    private String whole(String name) {
        Optional<Double> value = quantities.apply(name);
        if (value.isEmpty() && name.endsWith("_us")) {
            value = seconds(name).map(seconds -> seconds * 1e6);
        }
        if (value.isEmpty() && name.endsWith("_ms")) {
            value = seconds(name).map(seconds -> seconds * 1e3);
        }
        return Long.toString(Math.round(
                value.orElseThrow(() -> new CandidateFailure("neither the task nor the pattern says {" + name + "}"))));
    }

    private Optional<Double> seconds(String name) {
        return quantities.apply(name.substring(0, name.length() - 2) + "seconds");
    }

    private static String letters(int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append((char) ('a' + Math.floorMod(mix(i), 26)));
        }
        return letters.toString();
    }

    /** The finisher of SplitMix64: no two numbers give the same, and what follows looks like chance. */
    private static long mix(long number) {
        long z = (number + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
