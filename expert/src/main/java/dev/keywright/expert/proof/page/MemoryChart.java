package dev.keywright.expert.proof.page;

import static dev.keywright.expert.proof.page.Markup.place;

import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.proof.Report.Memory;

/** Two bars, predicted and measured, with the range in which the design says the data lies. */
final class MemoryChart {

    private static final double WIDTH = 760;
    private static final double HEIGHT = 150;
    private static final double LEFT = 92;
    private static final double RIGHT = 32;
    private static final double TOP = 12;
    private static final double BAR = 32;
    private static final double GAP = 18;

    private MemoryChart() {}

    static Markup draw(Memory memory) {
        Axis axis = Axis.linear((double) Math.max(memory.measuredBytes(), memory.highBytes()), 6);
        Markup svg = new Markup();
        Chart.begin(
                svg,
                "memory",
                "Memory, predicted and measured",
                "Predicted " + bytes(memory.predictedBytes()) + ", between " + bytes(memory.lowBytes()) + " and "
                        + bytes(memory.highBytes()) + "; measured " + bytes(memory.measuredBytes()) + ".",
                WIDTH,
                HEIGHT);
        double floor = TOP + 2 * BAR + GAP + 8;
        svg.empty(
                        "rect",
                        "class",
                        "range",
                        "x",
                        place(x(axis, memory.lowBytes())),
                        "y",
                        place(TOP - 6),
                        "width",
                        place(Math.max(1, x(axis, memory.highBytes()) - x(axis, memory.lowBytes()))),
                        "height",
                        place(floor - TOP + 6))
                .line();
        for (double tick : axis.ticks()) {
            String at = place(x(axis, Math.round(tick)));
            svg.empty("line", "class", "grid", "x1", at, "x2", at, "y1", place(TOP - 6), "y2", place(floor))
                    .leaf("text", Amounts.bytes(tick), "x", at, "y", place(floor + 18), "text-anchor", "middle")
                    .line();
        }
        bar(svg, axis, "predicted", memory.predictedBytes(), TOP);
        bar(svg, axis, "measured", memory.measuredBytes(), TOP + BAR + GAP);
        return svg.close("svg");
    }

    private static void bar(Markup svg, Axis axis, String name, long bytes, double top) {
        svg.leaf("text", name, "x", place(LEFT - 10), "y", place(top + BAR / 2 + 4), "text-anchor", "end")
                .empty(
                        "rect",
                        "class",
                        "bar " + name,
                        "x",
                        place(LEFT),
                        "y",
                        place(top),
                        "width",
                        place(Math.max(1, x(axis, bytes) - LEFT)),
                        "height",
                        place(BAR))
                .leaf("text", bytes(bytes), "class", "value", "x", place(LEFT + 8), "y", place(top + BAR / 2 + 4))
                .line();
    }

    private static double x(Axis axis, long bytes) {
        return LEFT + axis.place((double) bytes) * (WIDTH - LEFT - RIGHT);
    }

    private static String bytes(long bytes) {
        return Amounts.bytes((double) bytes);
    }
}
