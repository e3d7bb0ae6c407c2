package dev.keywright.ops.analysis;

/** What the keys of one type add up to. One thread. */
final class TypeTally {

    private final Histogram sizes = new Histogram();
    private final Histogram elements = new Histogram();
    private final EnumCounts<Encoding> keys = new EnumCounts<>(Encoding.class);
    private final EnumCounts<Encoding> bytes = new EnumCounts<>(Encoding.class);
    private final EnumCounts<Encoding> knownBytes = new EnumCounts<>(Encoding.class);
    private final EnumCounts<Encoding> elementCounts = new EnumCounts<>(Encoding.class);

    void add(Key key) {
        keys.add(key.encoding(), 1);
        bytes.add(key.encoding(), key.bytes());
        sizes.add(key.bytes());
        if (key.elements() >= 0) {
            knownBytes.add(key.encoding(), key.bytes());
            elementCounts.add(key.encoding(), key.elements());
            elements.add(key.elements());
        }
    }

    void add(TypeTally other) {
        keys.add(other.keys);
        bytes.add(other.bytes);
        sizes.add(other.sizes);
        elements.add(other.elements);
        knownBytes.add(other.knownBytes);
        elementCounts.add(other.elementCounts);
    }

    long keys() {
        return sizes.total();
    }

    long bytes() {
        return bytes.sum();
    }

    long keys(Encoding encoding) {
        return keys.of(encoding);
    }

    long bytes(Encoding encoding) {
        return bytes.of(encoding);
    }

    /**
     * Fields, members, entries, or bytes of strings. Where they are known of some keys only, the others are taken to have as many for
     * their bytes: a live scan looks at all giants, and at few others.
     */
    long elementCount() {
        long sum = 0;
        for (Encoding encoding : Encoding.values()) {
            sum += elementCount(encoding);
        }
        return sum;
    }

    /** Of the keys of one encoding. */
    long elementCount(Encoding encoding) {
        long told = knownBytes.of(encoding);
        return told == 0 ? 0 : Math.round((double) elementCounts.of(encoding) * bytes.of(encoding) / told);
    }

    Histogram sizes() {
        return sizes;
    }

    /** As far as they are known. */
    Histogram elements() {
        return elements;
    }
}
