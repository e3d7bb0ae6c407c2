package dev.keywright.expert.proof.page;

import static dev.keywright.expert.proof.page.Markup.place;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * Lines over an axis, with stretches marked, as SVG. Colours come from the page's style sheet by class name. Readable by
 * screen readers through its title and description.
 */
final class Chart {

    private static final double WIDTH = 760;
    private static final double HEIGHT = 280;
    private static final double LEFT = 64;
    private static final double RIGHT = 16;
    private static final double TOP = 30;
    private static final double BOTTOM = 44;

    /**
     * One line.
     *
     * @param style class name
     * @param ys NaN where there is no value: the line has a gap
     */
    record Line(String style, List<Double> xs, List<Double> ys) {}

    /** A stretch in which something was broken, and the letter it is explained under. */
    record Band(double from, double to, String letter) {}

    /** An axis, what it counts, and how a value on it is written. */
    record Scale(Axis axis, String title, DoubleFunction<String> label) {}

    private final String id;
    private final Scale across;
    private final Scale up;
    private final Markup svg = new Markup();

    /** @param id unique on the page */
    Chart(String id, String title, String description, Scale across, Scale up) {
        this.id = id;
        this.across = across;
        this.up = up;
        begin(svg, id, title, description, WIDTH, HEIGHT);
    }

    static void begin(Markup svg, String id, String title, String description, double width, double height) {
        svg.open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "viewBox",
                        "0 0 " + Math.round(width) + " " + Math.round(height),
                        "role",
                        "img",
                        "aria-labelledby",
                        id + "-title " + id + "-desc")
                .leaf("title", title, "id", id + "-title")
                .leaf("desc", description, "id", id + "-desc")
                .line();
    }

    Markup draw(List<Line> lines, List<Band> bands) {
        bands.forEach(this::band);
        grid();
        lines.forEach(this::line);
        return svg.close("svg");
    }

    private double x(double value) {
        return LEFT + across.axis().place(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - up.axis().place(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void band(Band band) {
        double from = x(band.from());
        double wide = Math.max(2, x(band.to()) - from);
        svg.empty(
                "rect",
                "class",
                "band",
                "x",
                place(from),
                "y",
                place(TOP),
                "width",
                place(wide),
                "height",
                place(HEIGHT - TOP - BOTTOM));
        svg.empty(
                        "line",
                        "class",
                        "fault",
                        "x1",
                        place(from),
                        "x2",
                        place(from),
                        "y1",
                        place(TOP - 6),
                        "y2",
                        place(HEIGHT - BOTTOM))
                .leaf(
                        "text",
                        band.letter(),
                        "class",
                        "letter",
                        "x",
                        place(from),
                        "y",
                        place(TOP - 11),
                        "text-anchor",
                        "middle")
                .line();
    }

    private void grid() {
        for (double tick : up.axis().ticks()) {
            String at = place(y(tick));
            svg.empty("line", "class", "grid", "x1", place(LEFT), "x2", place(WIDTH - RIGHT), "y1", at, "y2", at)
                    .leaf(
                            "text",
                            up.label().apply(tick),
                            "x",
                            place(LEFT - 8),
                            "y",
                            place(y(tick) + 4),
                            "text-anchor",
                            "end")
                    .line();
        }
        String floor = place(HEIGHT - BOTTOM);
        svg.empty("line", "class", "axis", "x1", place(LEFT), "x2", place(WIDTH - RIGHT), "y1", floor, "y2", floor);
        for (double tick : across.axis().ticks()) {
            String at = place(x(tick));
            svg.empty("line", "class", "axis", "x1", at, "x2", at, "y1", floor, "y2", place(HEIGHT - BOTTOM + 4))
                    .leaf(
                            "text",
                            across.label().apply(tick),
                            "x",
                            at,
                            "y",
                            place(HEIGHT - BOTTOM + 18),
                            "text-anchor",
                            "middle")
                    .line();
        }
        svg.leaf("text", up.title(), "class", "unit", "x", place(4), "y", place(14));
        svg.leaf(
                        "text",
                        across.title(),
                        "class",
                        "unit",
                        "x",
                        place(WIDTH - RIGHT),
                        "y",
                        place(HEIGHT - 6),
                        "text-anchor",
                        "end")
                .line();
    }

    private void line(Line line) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < line.xs().size(); i++) {
            double value = line.ys().get(i);
            if (!Double.isFinite(value)) {
                drawing = false;
                continue;
            }
            String point = place(x(line.xs().get(i))) + " " + place(y(value));
            // a lone point is drawn as a line of no length with round ends
            path.append(drawing ? "L" : "M").append(point).append(drawing ? "" : "h0.1");
            drawing = true;
        }
        if (path.length() > 0) {
            svg.empty("path", "class", "line " + line.style(), "d", path.toString())
                    .line();
        }
    }

    /** Each value of one kind, in order. */
    static <T> List<Double> each(List<T> all, ToDoubleFunction<T> value) {
        List<Double> values = new ArrayList<>();
        all.forEach(one -> values.add(value.applyAsDouble(one)));
        return values;
    }

    @Override
    public String toString() {
        return id;
    }
}
