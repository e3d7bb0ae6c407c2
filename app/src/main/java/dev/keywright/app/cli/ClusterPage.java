package dev.keywright.app.cli;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.cluster.ClusterPlan;
import dev.keywright.ops.cluster.ClusterReport;
import dev.keywright.ops.cluster.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A cluster, what is wrong with it and what would change, as text. */
final class ClusterPage {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};
    private static final int RANGES = 4;

    private final StringBuilder text = new StringBuilder();
    private final Style style;

    private ClusterPage(Style style) {
        this.style = style;
    }

    static String report(ClusterReport report, Style style) {
        ClusterPage page = new ClusterPage(style);
        page.masters(report);
        page.findings(report.findings());
        return page.text.toString();
    }

    static String plan(ClusterPlan plan, Style style) {
        ClusterPage page = new ClusterPage(style);
        if (!plan.isRefused()) {
            page.changes(plan);
        }
        return page.text.toString();
    }

    /** In units of 1024. */
    static String bytes(long bytes) {
        double left = bytes;
        int unit = 0;
        while (left >= 1024 && unit < UNITS.length - 1) {
            left /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", left, UNITS[unit]);
    }

    // --- a check

    private void masters(ClusterReport report) {
        line(style.bold("Cluster") + " " + report.cluster() + ": " + report.covered() + " of 16384 slots served, "
                + String.format(Locale.ROOT, "%,d", report.keys()) + " keys");
        line("");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("master", "slots", "ranges", "keys", "memory", "replicas"));
        report.nodes().stream().filter(ClusterView.Node::isMaster).forEach(master -> rows.add(row(report, master)));
        table(rows);
    }

    private static List<String> row(ClusterReport report, ClusterView.Node master) {
        String ranges = master.slots().ranges().stream()
                .limit(RANGES)
                .map(Object::toString)
                .collect(Collectors.joining(","));
        int more = master.slots().ranges().size() - RANGES;
        String replicas = report.nodes().stream()
                .filter(node -> node.master().filter(master.id()::equals).isPresent())
                .map(replica -> replica.address() + " " + lag(master, replica))
                .collect(Collectors.joining(", "));
        return List.of(
                master.address() + (master.fails() ? " FAILS" : master.reachable() ? "" : " unreachable"),
                Integer.toString(master.slots().count()),
                more > 0 ? ranges + " +" + more : ranges,
                master.facts().map(facts -> Long.toString(facts.keys())).orElse("?"),
                master.facts().map(ClusterPage::memory).orElse("?"),
                replicas.isEmpty() ? "none" : replicas);
    }

    private static String memory(ClusterView.Facts facts) {
        String used = bytes(facts.usedMemoryBytes());
        return facts.maxmemoryBytes() == 0 ? used : used + " of " + bytes(facts.maxmemoryBytes());
    }

    private static String lag(ClusterView.Node master, ClusterView.Node replica) {
        if (replica.facts().isEmpty() || replica.fails()) {
            return "(down)";
        }
        ClusterView.Facts facts = replica.facts().get();
        long behind = master.facts().map(ClusterView.Facts::offset).orElse(facts.offset()) - facts.offset();
        return facts.linkUp() ? "(lag " + bytes(Math.max(0, behind)) + ")" : "(cut off)";
    }

    private void findings(List<Finding> findings) {
        line("");
        if (findings.isEmpty()) {
            line("Nothing to report.");
        }
        for (Finding finding : findings) {
            String severity = finding.severity().name().toLowerCase(Locale.ROOT);
            line((finding.severity() == Severity.ERROR ? style.red(severity) : style.bold(severity)) + "  "
                    + finding.what() + " " + style.dim("[" + finding.id() + "]"));
            line("    " + finding.why());
            line("    " + style.code("fix: " + finding.fix()));
        }
    }

    // --- a plan

    private void changes(ClusterPlan plan) {
        if (plan.changesNothing()) {
            line("Nothing to do: every master holds its share within 2 %, and no move is open.");
            return;
        }
        line(style.bold("Plan") + " for " + plan.cluster());
        plan.joining().forEach(node -> line("  meet    " + node.address()));
        plan.finish()
                .forEach(open -> line("  finish  slot " + open.slot() + " to "
                        + open.to().address() + ", " + open.keys() + " keys left"));
        moves(plan);
        plan.attach()
                .forEach(each -> line("  attach  " + each.replica().address() + " as replica of "
                        + each.master().address()));
        plan.leaving().forEach(node -> line("  forget  " + node.address() + ", then reset it"));
        forecast(plan.forecast());
        shares(plan);
        plan.notes().forEach(note -> line("note: " + note));
    }

    private void moves(ClusterPlan plan) {
        List<List<String>> rows = new ArrayList<>();
        for (ClusterPlan.Move move : plan.moves()) {
            rows.add(List.of(
                    "move",
                    move.range().toString(),
                    move.from().address() + " -> " + move.to().address(),
                    move.keys() + " keys",
                    "~" + bytes(move.bytes())));
        }
        table(rows);
    }

    private void forecast(ClusterPlan.Forecast forecast) {
        if (forecast.slots() == 0) {
            return;
        }
        line("");
        line(String.format(
                Locale.ROOT,
                "%,d slots, %,d keys, ~%s (measured on %,d keys), ~%.0f s at the pace measured now",
                forecast.slots(),
                forecast.keys(),
                bytes(forecast.bytes()),
                forecast.keysMeasured(),
                Math.max(1, forecast.seconds())));
        forecast.biggest()
                .ifPresent(key -> line("biggest key measured: '" + key.name() + "' in slot " + key.slot() + ", "
                        + bytes(key.bytes()) + "; blocks both masters for up to some " + key.blocksMillis() + " ms"));
    }

    private void shares(ClusterPlan plan) {
        line("");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("master", "slots now", "slots then"));
        plan.masters()
                .forEach(share -> rows.add(List.of(
                        share.master().address(),
                        Integer.toString(share.slotsBefore()),
                        Integer.toString(share.slotsAfter()))));
        table(rows);
    }

    // --- lines

    private void table(List<List<String>> rows) {
        for (List<String> row : rows) {
            StringBuilder cells = new StringBuilder("  ");
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(each -> each.get(column).length())
                        .max()
                        .orElse(0);
                cells.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
            }
            line(cells.toString().stripTrailing());
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
