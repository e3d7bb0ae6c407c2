package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a topology is whole and in sync: every server answers, as many primaries and replicas as before, nobody behind. */
final class Health {

    private final Panel panel;
    private final Layout wanted;
    private final String name;

    /**
     * @param wanted how it was when it was whole
     * @param name the Sentinels' name of the primary; empty elsewhere
     */
    Health(Panel panel, Layout wanted, String name) {
        this.panel = panel;
        this.wanted = wanted;
        this.name = name;
    }

    /** What is missing, in words; empty when nothing is. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        int primaries = 0;
        int replicas = 0;
        for (Endpoint node : wanted.nodes()) {
            Map<String, String> info = panel.info(node, "replication");
            if ("master".equals(info.get("role"))) {
                primaries++;
            } else if ("slave".equals(info.get("role"))) {
                replicas++;
                checkLink(node, info, missing);
            } else {
                missing.add(node + " " + panel.silence(node));
            }
            if (wanted.kind() == Layout.Kind.CLUSTER) {
                checkView(node, missing);
            }
        }
        if (primaries != wanted.shards().size() || replicas != wanted.replicas()) {
            missing.add(primaries + " primaries and " + replicas + " replicas instead of "
                    + wanted.shards().size() + " and " + wanted.replicas());
        }
        panel.sentinels().forEach(sentinel -> checkSentinel(sentinel, missing));
        return missing;
    }

    private void checkLink(Endpoint replica, Map<String, String> info, List<String> missing) {
        Endpoint master = new Endpoint(info.getOrDefault("master_host", ""), (int) number(info, "master_port"));
        if (!"up".equals(info.get("master_link_status"))) {
            missing.add(replica + " is not connected to its primary " + master);
        } else if ("1".equals(info.get("master_sync_in_progress"))) {
            missing.add(replica + " is being synchronised");
        } else {
            long wantedOffset = number(panel.info(master, "replication"), "master_repl_offset");
            long offset = number(panel.info(replica, "replication"), "slave_repl_offset");
            if (wantedOffset < 0 || offset < wantedOffset) {
                missing.add(replica + " is " + (wantedOffset - offset) + " bytes behind");
            }
        }
    }

    private void checkView(Endpoint node, List<String> missing) {
        Map<String, String> info = panel.clusterInfo(node);
        if (!"ok".equals(info.get("cluster_state"))
                || !Integer.toString(KeySet.SLOTS).equals(info.get("cluster_slots_ok"))) {
            missing.add(node + " sees the cluster " + info.getOrDefault("cluster_state", "not at all"));
        }
        panel.ask(node, "CLUSTER", "NODES")
                .map(Panel::words)
                .orElse("")
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 2 && fields[2].contains("fail"))
                .forEach(fields -> missing.add(node + " sees " + fields[1] + " as " + fields[2]));
    }

    private void checkSentinel(Endpoint sentinel, List<String> missing) {
        Map<String, String> master = panel.master(sentinel, name);
        if (master.isEmpty()) {
            missing.add("Sentinel " + sentinel + " " + panel.silence(sentinel));
        } else if (!"master".equals(master.get("flags")) || number(master, "num-slaves") < wanted.replicas()) {
            missing.add("Sentinel " + sentinel + " sees the primary as " + master.get("flags") + " with "
                    + master.getOrDefault("num-slaves", "no") + " replicas");
        }
    }

    private static long number(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "");
        return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
