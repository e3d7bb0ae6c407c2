package dev.keywright.app.cli;

import dev.keywright.ops.watch.View;
import dev.keywright.ops.watch.View.CommandLine;
import dev.keywright.ops.watch.View.LogLine;
import dev.keywright.ops.watch.View.NodeLine;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What two looks show, as a page for a terminal of any size from 60 x 10 on, or as a line. Knows no clock and no screen. */
final class WatchPage {

    private static final double FULL = 0.9;
    private static final double FILLING = 0.8;
    private static final double KIBI = 1024;
    private static final int FIXED_LINES = 5;
    private static final int WIDEST_ADDRESS = 30;
    private static final int LEAST_NODES = 3;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /** A figure of a server: what is above it, how wide it is, and how it is written. */
    private record Column(String head, int width, Function<NodeLine, String> cell) {}

    /** In the order of the page; a narrow page leaves out what is named in {@link #DROPPED} first. */
    private static final List<Column> COLUMNS = List.of(
            new Column("ops/s", 7, line -> optional(line.opsPerSecond())),
            new Column("p50", 5, line -> millis(line.pingP50Millis())),
            new Column("p99 ms", 6, line -> millis(line.pingP99Millis())),
            new Column("memory", 7, line -> bytes(line.memoryBytes())),
            new Column("full", 4, WatchPage::full),
            new Column(
                    "frag",
                    4,
                    line -> line.fragmentation().map(WatchPage::tenth).orElse("-")),
            new Column("hit", 4, line -> line.hitRatio().map(WatchPage::percent).orElse("-")),
            new Column("evict", 5, line -> optional(line.evictedPerSecond())),
            new Column("expire", 6, line -> optional(line.expiredPerSecond())),
            new Column("clients", 7, line -> number(line.clients())),
            new Column("lag", 7, WatchPage::lag));

    private static final List<String> DROPPED =
            List.of("frag", "expire", "p50", "evict", "clients", "hit", "lag", "full");

    private final View view;
    private final int width;
    private final int height;
    private final Style style;
    private final ZoneId zone;
    private final List<String> lines = new ArrayList<>();

    private WatchPage(View view, int width, int height, Style style, ZoneId zone) {
        this.view = view;
        this.width = width;
        this.height = height;
        this.style = style;
        this.zone = zone;
    }

    /** Lines of at most so many columns, at most so many of them. */
    static List<String> lines(View view, int width, int height, Style style, ZoneId zone) {
        WatchPage page = new WatchPage(view, width, height, style, zone);
        page.head();
        page.nodes();
        page.commands();
        page.log("slow log", view.slow(), amount -> millis(amount / 1000.0) + " ms");
        page.log("big replies", view.big(), WatchPage::bytes);
        return List.copyOf(page.lines.subList(0, Math.min(height, page.lines.size())));
    }

    private String time() {
        return TIME.format(LocalTime.ofInstant(view.at(), zone));
    }

    private void head() {
        View.Total total = view.total();
        String state = view.kind() + ", " + total.nodes() + (total.nodes() == 1 ? " server" : " servers");
        String down = total.down() == 0 ? "" : ", " + total.down() + " down";
        String subject = shortened(Prose.clean(view.subject()), Math.max(10, width - 45));
        int free = width - subject.length() - state.length() - down.length() - 2 - 8;
        lines.add(style.bold(subject) + "  " + state + style.red(down) + " ".repeat(Math.max(1, free))
                + style.dim(time()));
        lines.add(fitted(
                figure("ops/s", number(total.opsPerSecond())),
                figure("hit", total.hitRatio().map(WatchPage::percent).orElse("-")),
                figure("evicted/s", number(total.evictedPerSecond())),
                figure("expired/s", number(total.expiredPerSecond())),
                figure("errors/s", number(total.errorsPerSecond())),
                figure("refused/s", number(total.refusedPerSecond()))));
        lines.add(fitted(
                figure("memory", bytes(total.memoryBytes())),
                figure("keys", number(total.keys())),
                figure("clients", number(total.clients())),
                figure("blocked", number(total.blocked())),
                figure("in", bytes(total.inBytesPerSecond()) + "/s"),
                figure("out", bytes(total.outBytesPerSecond()) + "/s"),
                figure("lag", total.lagBytes().map(WatchPage::bytes).orElse("-"))));
    }

    private static String figure(String name, String value) {
        return name + " " + value;
    }

    /** As many as there is room for. */
    private String fitted(String... figures) {
        StringBuilder line = new StringBuilder();
        for (String figure : figures) {
            if (line.length() + figure.length() + 3 <= width) {
                line.append(line.isEmpty() ? "" : "   ").append(figure);
            }
        }
        return line.toString();
    }

    // --- servers

    private void nodes() {
        int address = view.nodes().stream()
                .mapToInt(line -> line.address().length())
                .max()
                .orElse(0);
        int name = Math.max(10, Math.min(WIDEST_ADDRESS, address));
        List<Column> columns = columns(name + 2);
        lines.add("");
        StringBuilder head = new StringBuilder(padded("server", name) + "  ");
        columns.forEach(column ->
                head.append(' ').append(String.format(Locale.ROOT, "%" + column.width() + "s", column.head())));
        lines.add(style.dim(head.toString()));
        int room = Math.max(LEAST_NODES, height - FIXED_LINES - reserved());
        List<NodeLine> shown = new ArrayList<>(view.nodes());
        if (shown.size() > room) {
            // Where not all have room, those with trouble and the busiest do.
            shown.sort(Comparator.comparing(NodeLine::isUp)
                    .thenComparing(line -> -line.opsPerSecond().orElse(0.0)));
        }
        boolean all = shown.size() <= room;
        shown.stream().limit(all ? room : room - 1).forEach(line -> lines.add(node(line, name, columns)));
        if (!all) {
            lines.add(style.dim("and " + (shown.size() - room + 1) + " more that answer"
                    + (shown.subList(room - 1, shown.size()).stream().allMatch(NodeLine::isUp) ? "" : " or not")));
        }
    }

    /** Lines that commands and logs shall have at least. */
    private int reserved() {
        int commands =
                view.commands().isEmpty() ? 0 : Math.min(4, view.commands().size() + 2);
        int slow = view.slow().isEmpty() ? 0 : Math.min(4, view.slow().size() + 2);
        int big = view.big().isEmpty() ? 0 : Math.min(4, view.big().size() + 2);
        return commands + slow + big;
    }

    private List<Column> columns(int taken) {
        List<Column> columns = new ArrayList<>(COLUMNS);
        if (view.nodes().stream().noneMatch(NodeLine::isReplica)) {
            columns.removeIf(column -> column.head().equals("lag"));
        }
        for (String head : DROPPED) {
            if (taken + columns.stream().mapToInt(column -> column.width() + 1).sum() <= width) {
                break;
            }
            columns.removeIf(column -> column.head().equals(head));
        }
        return columns;
    }

    private String node(NodeLine line, int name, List<Column> columns) {
        String role = line.isReplica() ? " R" : line.role().isEmpty() ? " ?" : " M";
        String beginning = padded(Prose.clean(shortened(line.address(), name)), name) + role;
        if (!line.isUp()) {
            String trouble = Prose.clean(line.trouble().orElse(""));
            return style.red(beginning + " " + shortened(trouble, width - beginning.length() - 1));
        }
        StringBuilder cells = new StringBuilder(beginning);
        for (Column column : columns) {
            String cell = String.format(
                    Locale.ROOT,
                    "%" + column.width() + "s",
                    shortened(column.cell().apply(line), column.width()));
            cells.append(' ').append(painted(column.head(), cell, line));
        }
        return cells.toString();
    }

    private String painted(String head, String cell, NodeLine line) {
        return switch (head) {
            case "full" -> share(line) >= FULL ? style.red(cell) : share(line) >= FILLING ? style.bold(cell) : cell;
            case "evict" -> line.evictedPerSecond().orElse(0.0) > 0 ? style.bold(cell) : cell;
            case "lag" -> line.linkUp().orElse(true) ? cell : style.red(cell);
            default -> cell;
        };
    }

    private static double share(NodeLine line) {
        return line.maxmemoryBytes() == 0 ? 0 : (double) line.memoryBytes() / line.maxmemoryBytes();
    }

    private static String full(NodeLine line) {
        return line.maxmemoryBytes() == 0 ? "-" : percent(share(line));
    }

    private static String lag(NodeLine line) {
        return line.linkUp().orElse(true)
                ? line.lagBytes().map(WatchPage::bytes).orElse("-")
                : "cut off";
    }

    // --- commands and logs

    private void commands() {
        if (view.commands().isEmpty() || height - lines.size() < 3) {
            return;
        }
        int logs = (view.slow().isEmpty() ? 0 : 4) + (view.big().isEmpty() ? 0 : 4);
        int room = Math.max(1, height - lines.size() - 2 - logs);
        lines.add("");
        lines.add(style.dim(
                String.format(Locale.ROOT, "%-24s %9s %9s %9s", "busiest commands", "calls/s", "us each", "p99 ms")));
        view.commands().stream().limit(room).forEach(command -> lines.add(command(command)));
    }

    private static String command(CommandLine command) {
        return String.format(
                Locale.ROOT,
                "%-24s %9s %9s %9s",
                shortened(Prose.clean(command.name()), 24),
                number(command.callsPerSecond()),
                number(command.microsPerCall()),
                command.p99Millis().map(WatchPage::millis).orElse("-"));
    }

    private void log(String title, List<LogLine> log, Function<Long, String> amount) {
        if (log.isEmpty() || height - lines.size() < 3) {
            return;
        }
        int others = title.equals("slow log") && !view.big().isEmpty() ? 4 : 0;
        int room = Math.max(1, height - lines.size() - 2 - others);
        lines.add("");
        lines.add(style.dim(title + " (* new)"));
        log.stream().limit(room).forEach(line -> {
            String said = (line.isNew() ? "* " : "  ") + TIME.format(LocalTime.ofInstant(line.at(), zone)) + "  "
                    + padded(shortened(line.address(), 21), 21) + " "
                    + String.format(Locale.ROOT, "%9s", amount.apply(line.amount())) + "  ";
            String whole = said + shortened(Prose.clean(line.command()), Math.max(8, width - said.length()));
            lines.add(line.isNew() ? style.bold(whole) : whole);
        });
    }

    // --- a line

    /** The same in one line, for a file. */
    static String line(View view) {
        View.Total total = view.total();
        List<String> parts = new ArrayList<>(List.of(
                view.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                total.nodes()
                        + (total.nodes() == 1 ? " server" : " servers")
                        + (total.down() == 0 ? "" : " (" + total.down() + " down)"),
                number(total.opsPerSecond()) + " ops/s",
                "ping p99 " + millis(total.pingP99Millis()) + " ms",
                "memory " + bytes(total.memoryBytes()),
                "hit " + total.hitRatio().map(WatchPage::percent).orElse("-"),
                "evicted " + number(total.evictedPerSecond()) + "/s",
                "expired " + number(total.expiredPerSecond()) + "/s",
                "clients " + number(total.clients()),
                "in " + bytes(total.inBytesPerSecond()) + "/s",
                "out " + bytes(total.outBytesPerSecond()) + "/s"));
        total.lagBytes().ifPresent(lag -> parts.add("lag " + bytes(lag)));
        long slow = view.slow().stream().filter(LogLine::isNew).count();
        if (slow > 0) {
            parts.add(slow + " slow");
        }
        return String.join(", ", parts);
    }

    // --- figures

    private static String optional(Optional<Double> figure) {
        return figure.map(WatchPage::number).orElse("-");
    }

    private static String padded(String text, int width) {
        return String.format(Locale.ROOT, "%-" + width + "s", text);
    }

    private static String shortened(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "~";
    }

    /** At most six characters. */
    static String number(double number) {
        if (Math.abs(number) < 10 && number != Math.rint(number)) {
            return tenth(number);
        }
        if (Math.abs(number) < 99_999.5) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        return number < 999_950
                ? String.format(Locale.ROOT, "%.0fk", number / 1e3)
                : number < 999.95e6
                        ? String.format(Locale.ROOT, "%.1fM", number / 1e6)
                        : String.format(Locale.ROOT, "%.1fG", number / 1e9);
    }

    static String number(long number) {
        return number((double) number);
    }

    static String bytes(long bytes) {
        return bytes((double) bytes);
    }

    /** At most seven characters. */
    static String bytes(double bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double rest = bytes;
        int unit = 0;
        while (rest >= 999.5 && unit < units.length - 1) {
            rest /= KIBI;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || rest >= 99.95 ? "%.0f %s" : "%.1f %s", rest, units[unit]);
    }

    private static String tenth(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.0f", millis);
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.0f%%", ratio * 100);
    }
}
