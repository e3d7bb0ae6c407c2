package dev.keywright.ops.analysis;

/** What the keys of one type add up to. One thread. */
final class TypeTally {

    private final Histogram sizes = new Histogram();
    private final Histogram elements = new Histogram();
    private final EnumCounts<Encoding> keys = new EnumCounts<>(Encoding.class);
    private final EnumCounts<Encoding> bytes = new EnumCounts<>(Encoding.class);
    private long elementCount;

    void add(Key key) {
        keys.add(key.encoding(), 1);
        bytes.add(key.encoding(), key.bytes());
        sizes.add(key.bytes());
        if (key.elements() >= 0) {
            elementCount += key.elements();
            elements.add(key.elements());
        }
    }

    void add(TypeTally other) {
        keys.add(other.keys);
        bytes.add(other.bytes);
        sizes.add(other.sizes);
        elements.add(other.elements);
        elementCount += other.elementCount;
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

    /** Fields, members, entries; bytes of strings. */
    long elementCount() {
        return elementCount;
    }

    Histogram sizes() {
        return sizes;
    }

    /** As far as they are known. */
    Histogram elements() {
        return elements;
    }
}
