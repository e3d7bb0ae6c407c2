package dev.keywright.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Markdown of an answer as lines of a terminal: no fences and stars, lists hang, commands stay whole. One thread. */
final class Markdown {

    private static final Pattern ITEM = Pattern.compile("(\\s*)([-*]|\\d+[.)])\\s+(.*)");
    private static final Pattern RULER = Pattern.compile("\\|?[\\s:|-]+\\|?");

    private final List<String> lines = new ArrayList<>();
    private final List<String> paragraph = new ArrayList<>();
    private final List<List<String>> table = new ArrayList<>();
    private final int width;
    private final Style style;
    private String indent = "";
    private String first = "";

    private Markdown(int width, Style style) {
        this.width = width;
        this.style = style;
    }

    static List<String> lines(String text, int width, Style style) {
        Markdown page = new Markdown(width, style);
        page.read(Prose.clean(text));
        return page.lines;
    }

    private void read(String text) {
        boolean fenced = false;
        for (String line : text.split("\n", -1)) {
            if (line.strip().startsWith("```")) {
                end();
                fenced = !fenced;
            } else if (fenced) {
                code(line);
            } else {
                prose(line);
            }
        }
        end();
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
    }

    private void prose(String line) {
        Matcher item = ITEM.matcher(line);
        if (line.strip().startsWith("|")) {
            row(line.strip());
        } else if (line.isBlank()) {
            end();
            indent = "";
            blank();
        } else if (line.startsWith("#")) {
            end();
            indent = "";
            blank();
            lines.add(style.bold(line.replaceFirst("#+\\s*", "")));
        } else if (item.matches()) {
            end();
            String bullet = item.group(2).length() == 1 ? "·" : item.group(2);
            first = item.group(1) + bullet + " ";
            indent = " ".repeat(first.length());
            paragraph.add(item.group(3));
        } else {
            boolean below = Character.isWhitespace(line.charAt(0));
            if (below && paragraph.isEmpty() || !below && !indent.isEmpty()) {
                end();
                indent = below ? indent : "";
            }
            paragraph.add(line.strip());
        }
    }

    private void code(String line) {
        String bare = line.startsWith(indent) ? line.substring(indent.length()) : line.stripLeading();
        lines.add((indent + "    " + style.code(bare)).stripTrailing());
    }

    private void row(String line) {
        if (!paragraph.isEmpty()) {
            end();
        }
        if (!RULER.matcher(line).matches()) {
            String inner = line.replaceAll("^\\||\\|$", "");
            table.add(Arrays.stream(inner.split("(?<!\\\\)\\|", -1))
                    .map(String::strip)
                    .map(Prose::marked)
                    .toList());
        }
    }

    /** Ends a paragraph or table. */
    private void end() {
        if (!paragraph.isEmpty()) {
            String begin = first.isEmpty() ? indent : first;
            for (String line : Prose.wrapped(Prose.marked(String.join(" ", paragraph)), width - indent.length())) {
                lines.add(begin + Prose.painted(line, style));
                begin = indent;
            }
            paragraph.clear();
            first = "";
        }
        if (!table.isEmpty()) {
            table();
            table.clear();
        }
    }

    /** Columns side by side; the last one is wrapped. */
    private void table() {
        int columns = table.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> cells : table) {
            for (int i = 0; i < cells.size(); i++) {
                widths[i] = Math.max(widths[i], Prose.columns(cells.get(i)));
            }
        }
        int before = Arrays.stream(widths, 0, Math.max(0, columns - 1))
                .map(w -> w + 2)
                .sum();
        for (int row = 0; row < table.size(); row++) {
            StringBuilder begin = new StringBuilder();
            List<String> cells = table.get(row);
            for (int i = 0; i < cells.size() - 1; i++) {
                begin.append(Prose.painted(cells.get(i), style))
                        .append(" ".repeat(widths[i] - Prose.columns(cells.get(i)) + 2));
            }
            String start = begin.toString();
            for (String line : Prose.wrapped(cells.get(cells.size() - 1), Math.max(20, width - before))) {
                String whole = (start + Prose.painted(line, style)).stripTrailing();
                lines.add(row == 0 ? style.dim(whole) : whole);
                start = " ".repeat(before);
            }
        }
    }

    private void blank() {
        if (!lines.isEmpty() && !lines.get(lines.size() - 1).isEmpty()) {
            lines.add("");
        }
    }
}
