package dev.keywright.app.cli;

import dev.keywright.ops.local.NodeStatus;
import dev.keywright.ops.local.TopologyStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A table of nodes: drawn again in place on a terminal, elsewhere only when a node's state, role or slots change. */
final class StatusBoard {

    private static final List<String> HEADS =
            List.of("node", "pid", "state", "role", "slots", "keys", "memory", "clients", "lag");

    private final PrintWriter out;
    private final Screen screen;
    private List<String> shown = List.of();
    private int lines;

    StatusBoard(PrintWriter out, Screen screen) {
        this.out = out;
        this.screen = screen;
    }

    void show(TopologyStatus status) {
        String table = table(status, screen.style());
        if (screen.terminal()) {
            if (lines > 0) {
                out.print("\u001b[" + lines + "A\u001b[J");
            }
            out.print(table);
            lines = (int) table.lines().count();
        } else {
            List<String> now = status.nodes().stream()
                    .map(node -> node.address() + node.state() + node.role() + node.master() + node.slots())
                    .toList();
            if (!now.equals(shown)) {
                out.print(table);
                shown = now;
            }
        }
        out.flush();
    }

    static String table(TopologyStatus status, Style style) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADS));
        status.nodes().forEach(node -> rows.add(row(node)));
        int[] widths = new int[HEADS.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows.get(i), widths);
            boolean up = i > 0 && status.nodes().get(i - 1).state().equals("up");
            text.append("  ")
                    .append(i == 0 ? style.dim(line) : up ? line : style.red(line))
                    .append('\n');
        }
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            boolean number = i == 1 || i >= 4 && i != 8;
            line.append(String.format(
                    Locale.ROOT, number ? "%" + widths[i] + "s  " : "%-" + widths[i] + "s  ", cells.get(i)));
        }
        return line.toString().stripTrailing();
    }

    private static List<String> row(NodeStatus node) {
        return List.of(
                node.address(),
                node.pid() == 0 ? "-" : Long.toString(node.pid()),
                node.state(),
                node.role() + node.master().map(master -> " of " + master).orElse(""),
                node.slots().map(String::valueOf).orElse("-"),
                node.keys().map(keys -> String.format(Locale.ROOT, "%,d", keys)).orElse("-"),
                node.usedMemoryBytes().map(StatusBoard::bytes).orElse("-"),
                node.clients().map(String::valueOf).orElse("-"),
                lag(node));
    }

    private static String lag(NodeStatus node) {
        Optional<Boolean> link = node.linkUp();
        if (link.isPresent() && !link.get()) {
            return "cut off";
        }
        return node.lagBytes().map(lag -> lag + " B").orElse("-");
    }

    private static String bytes(long bytes) {
        double mebibytes = bytes / 1048576.0;
        return mebibytes < 1024
                ? String.format(Locale.ROOT, "%.1f MiB", mebibytes)
                : String.format(Locale.ROOT, "%.2f GiB", mebibytes / 1024);
    }
}
