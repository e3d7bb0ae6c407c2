package dev.keywright.expert.workload;

/** What kind of thing an amount measures, and the base unit it is kept in. */
enum Dimension {
    COUNT("1"),
    TIME("s"),
    SIZE("B"),
    LENGTH("m"),
    SHARE("%"),
    RATE("1/s");

    private final String unit;

    Dimension(String unit) {
        this.unit = unit;
    }

    String unit() {
        return unit;
    }
}
