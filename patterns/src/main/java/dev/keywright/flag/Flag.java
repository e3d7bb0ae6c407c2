package dev.keywright.flag;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is stored of one flag. Immutable; {@link FeatureFlags#change} stores a changed one.
 *
 * <p>What counts, in this order: killed; an override of the user's, off before on; the first segment whose group the user is in; the
 * percentage.
 *
 * @param id 1 to 100 letters, digits, '.', '_' and '-'
 * @param version which the server gave it, higher with every change; 0 when it was never stored
 * @param killed whether it is off for everybody, whatever else is said
 * @param segments rules for groups, at most 100; the first that fits counts
 * @param percent the share of all other users for whom it is on
 * @param variants forms of the feature, at most 100; the part of users who get which is decided apart from the percentage, and kept when
 *     that grows
 * @param salt what buckets are made from, the id at first; flags of the same salt turn on for the same users, and another salt hands out
 *     the buckets anew
 */
public record Flag(
        String id,
        long version,
        boolean killed,
        List<Segment> segments,
        Percent percent,
        List<Variant> variants,
        String salt) {

    private static final int MOST = 100;

    public Flag {
        Names.checked(id, "flag");
        Names.checked(salt, "salt");
        segments = List.copyOf(segments);
        variants = List.copyOf(variants);
        if (version < 0) {
            throw new IllegalArgumentException("The version is " + version + "; give what was read, or 0");
        }
        if (segments.size() > MOST || variants.size() > MOST) {
            throw new IllegalArgumentException("Flag '" + id + "' has " + segments.size() + " segments and "
                    + variants.size() + " variants; give " + MOST + " at most, and join groups");
        }
        if (segments.stream().map(Segment::group).distinct().count() < segments.size()
                || variants.stream().map(Variant::name).distinct().count() < variants.size()) {
            throw new IllegalArgumentException("Flag '" + id + "' names a group or a variant twice");
        }
        if (!variants.isEmpty() && variants.stream().allMatch(variant -> variant.weight() == 0)) {
            throw new IllegalArgumentException("All variants of flag '" + id + "' weigh 0; give one of them more");
        }
    }

    /** A flag that is off for everybody, and not stored yet. */
    public static Flag off(String id) {
        return new Flag(id, 0, false, List.of(), Percent.NONE, List.of(), id);
    }

    /** Off for everybody until it is {@linkplain #revived() revived}; all rules are kept. */
    public Flag kill() {
        return new Flag(id, version, true, segments, percent, variants, salt);
    }

    /** What the rules say counts again. */
    public Flag revived() {
        return new Flag(id, version, false, segments, percent, variants, salt);
    }

    /** @param percent 0 to 100, with three decimals at most */
    public Flag withPercent(double percent) {
        return new Flag(id, version, killed, segments, Percent.of(percent), variants, salt);
    }

    /** With a rule for a group, in place of the one it has, or else after the others. */
    public Flag withSegment(String group, double percent) {
        Segment made = new Segment(group, Percent.of(percent));
        List<Segment> all = new ArrayList<>(segments);
        int there = segments.stream().map(Segment::group).toList().indexOf(group);
        if (there < 0) {
            all.add(made);
        } else {
            all.set(there, made);
        }
        return withSegments(all);
    }

    public Flag withoutSegment(String group) {
        return withSegments(segments.stream()
                .filter(segment -> !segment.group().equals(group))
                .toList());
    }

    /** With these rules and no others, in this order. */
    public Flag withSegments(List<Segment> segments) {
        return new Flag(id, version, killed, segments, percent, variants, salt);
    }

    public Flag withVariants(Variant... variants) {
        return new Flag(id, version, killed, segments, percent, List.of(variants), salt);
    }

    /** Hands out the buckets anew, or gives those of the flag with that salt. */
    public Flag withSalt(String salt) {
        return new Flag(id, version, killed, segments, percent, variants, salt);
    }

    Flag withVersion(long version) {
        return new Flag(id, version, killed, segments, percent, variants, salt);
    }

    // --- as it is stored

    String written() {
        return "killed=" + (killed ? 1 : 0) + " percent=" + percent.thousandths() + " segments="
                + segments.stream()
                        .map(segment ->
                                segment.group() + ":" + segment.percent().thousandths())
                        .collect(Collectors.joining(","))
                + " variants="
                + variants.stream()
                        .map(variant -> variant.name() + ":" + variant.weight())
                        .collect(Collectors.joining(","))
                + " salt=" + salt;
    }

    /**
     * What was stored as {@code version call definition}.
     *
     * @throws IllegalArgumentException when it is not understood; a word of a later release might change all that the others say
     */
    static Flag read(String id, String stored) {
        String[] words = stored.split(" ");
        Flag flag = off(id);
        if (words.length < 2) {
            throw new IllegalArgumentException("Flag '" + id + "' is stored without version and definition");
        }
        for (int i = 2; i < words.length; i++) {
            flag = flag.with(words[i]);
        }
        return flag.withVersion(Long.parseLong(words[0]));
    }

    private Flag with(String word) {
        int equals = word.indexOf('=');
        String value = word.substring(equals + 1);
        return switch (word.substring(0, Math.max(equals, 0))) {
            case "killed" -> value.equals("1") ? kill() : revived();
            case "percent" -> new Flag(id, version, killed, segments, percent(value), variants, salt);
            case "segments" ->
                withSegments(pairs(value).stream()
                        .map(pair -> new Segment(pair.get(0), percent(pair.get(1))))
                        .toList());
            case "variants" ->
                withVariants(pairs(value).stream()
                        .map(pair -> new Variant(pair.get(0), Integer.parseInt(pair.get(1))))
                        .toArray(Variant[]::new));
            case "salt" -> withSalt(value);
            default ->
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "Flag '%s' is stored with the unknown word '%s'; a newer release wrote it",
                        id,
                        word));
        };
    }

    private static Percent percent(String thousandths) {
        return new Percent(Integer.parseInt(thousandths));
    }

    private static List<List<String>> pairs(String list) {
        return list.isEmpty()
                ? List.of()
                : List.of(list.split(",")).stream()
                        .map(pair -> List.of(pair.split(":", 2)))
                        .toList();
    }
}
