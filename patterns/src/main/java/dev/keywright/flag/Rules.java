package dev.keywright.flag;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A flag made ready for questions. Immutable. */
final class Rules {

    final Flag flag;
    private final long salted;
    private final Members on;
    private final Members off;
    private final Members[] groups;
    private final int[] shares;
    private final int share;
    private final int weights;

    Rules(Flag flag, Map<String, Members> groups) {
        this.flag = flag;
        this.salted = Buckets.salted(flag.salt());
        this.on = groups.getOrDefault(FlagKeys.on(flag.id()), Members.NONE);
        this.off = groups.getOrDefault(FlagKeys.off(flag.id()), Members.NONE);
        List<Segment> segments = flag.segments();
        this.groups = segments.stream()
                .map(segment -> groups.getOrDefault(segment.group(), Members.NONE))
                .toArray(Members[]::new);
        this.shares = segments.stream()
                .mapToInt(segment -> segment.percent().thousandths())
                .toArray();
        this.share = flag.percent().thousandths();
        this.weights = flag.variants().stream().mapToInt(Variant::weight).sum();
    }

    /** @param name of a user without a number; its digest then stands for the number */
    Verdict verdict(long number, @Nullable String name) {
        if (flag.killed()) {
            return Verdict.KILLED;
        }
        if (isIn(off, number, name)) {
            return Verdict.OVERRIDDEN_OFF;
        }
        if (isIn(on, number, name)) {
            return Verdict.OVERRIDDEN_ON;
        }
        for (int i = 0; i < groups.length; i++) {
            if (isIn(groups[i], number, name)) {
                return isWithin(shares[i], number) ? Verdict.SEGMENT_ON : Verdict.SEGMENT_OFF;
            }
        }
        return isWithin(share, number) ? Verdict.PERCENT_ON : Verdict.PERCENT_OFF;
    }

    private static boolean isIn(Members members, long number, @Nullable String name) {
        return name == null ? members.has(number) : members.has(name, number);
    }

    /** Buckets are counted from below, so a share that grows keeps whom it had. */
    private boolean isWithin(int share, long number) {
        return share == Buckets.COUNT || share > 0 && Buckets.bucket(Buckets.hash(salted, number)) < share;
    }

    /** The variant of a user for whom the flag is on; null when there are none. */
    @Nullable
    String variant(long number) {
        if (weights == 0) {
            return null;
        }
        int point = Buckets.point(Buckets.hash(salted, number), weights);
        for (Variant variant : flag.variants()) {
            point -= variant.weight();
            if (point < 0) {
                return variant.name();
            }
        }
        throw new IllegalStateException("the weights of " + flag.id() + " are not " + weights);
    }
}
