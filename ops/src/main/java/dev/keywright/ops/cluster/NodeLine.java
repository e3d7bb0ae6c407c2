package dev.keywright.ops.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of {@code CLUSTER NODES}: what one node knows of another, or of itself. */
record NodeLine(
        String id,
        String host,
        int port,
        Optional<String> hostname,
        List<String> flags,
        Optional<String> master,
        long epoch,
        boolean linked,
        Slots slots,
        List<ClusterView.OpenSlot> open) {

    private static final Pattern OPEN = Pattern.compile("\\[(\\d+)-([<>])-(\\w+)\\]");
    private static final int FIXED_FIELDS = 8;

    static List<NodeLine> parse(String answer) {
        return answer.lines()
                .filter(line -> !line.isBlank())
                .map(NodeLine::line)
                .toList();
    }

    private static NodeLine line(String line) {
        String[] fields = line.split(" ");
        String[] address = fields[1].split(",", -1);
        String hostPort = address[0].replaceFirst("@.*", "");
        int colon = hostPort.lastIndexOf(':');
        Optional<String> hostname = address.length > 1 && !address[1].isEmpty() && address[1].indexOf('=') < 0
                ? Optional.of(address[1])
                : Optional.empty();
        BitSet slots = new BitSet(Slots.ALL);
        List<ClusterView.OpenSlot> open = new ArrayList<>();
        for (int i = FIXED_FIELDS; i < fields.length; i++) {
            Matcher opened = OPEN.matcher(fields[i]);
            if (opened.matches()) {
                ClusterView.Direction direction =
                        opened.group(2).equals(">") ? ClusterView.Direction.MIGRATING : ClusterView.Direction.IMPORTING;
                open.add(new ClusterView.OpenSlot(Integer.parseInt(opened.group(1)), direction, opened.group(3)));
            } else {
                String[] ends = fields[i].split("-");
                slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return new NodeLine(
                fields[0],
                hostPort.substring(0, colon).replaceAll("[\\[\\]]", ""),
                Integer.parseInt(hostPort.substring(colon + 1)),
                hostname,
                List.of(fields[2].split(",")),
                fields[3].equals("-") ? Optional.empty() : Optional.of(fields[3]),
                Long.parseLong(fields[6]),
                fields[7].equals("connected"),
                Slots.of(slots),
                open);
    }

    boolean is(String flag) {
        return flags.contains(flag);
    }
}
