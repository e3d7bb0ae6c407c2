package dev.keywright.expert.proof;

import dev.keywright.expert.artifact.Answer.KeyLine;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looks at keys as they are on the servers and holds them against the keys of the design. */
final class KeyLook {

    private static final int MOST = 400;

    /**
     * @param looked keys of the design's that should expire
     * @param endless those of them that do not, at most three by name
     */
    record Ttls(long looked, long endless, List<String> examples) {}

    /**
     * @param looked keys
     * @param strange those that no key of the design begins like
     */
    record Names(long looked, long strange, List<String> examples) {}

    private final List<KeyLine> designed;
    private long looked;
    private long mortal;
    private final List<String> endless = new ArrayList<>();
    private final List<String> strange = new ArrayList<>();

    KeyLook(List<KeyLine> designed) {
        this.designed = designed;
    }

    /** Looks at some hundred keys of each server, as SCAN finds them. */
    void at(List<Standalone> primaries) {
        for (Standalone node : primaries) {
            String cursor = "0";
            int seen = 0;
            do {
                List<String> lines =
                        node.command("SCAN", cursor, "COUNT", "100").lines().toList();
                cursor = lines.get(0);
                for (String key : lines.subList(1, lines.size())) {
                    if (seen++ < MOST / Math.max(1, primaries.size())) {
                        look(node, key);
                    }
                }
            } while (!cursor.equals("0") && seen < MOST / Math.max(1, primaries.size()));
        }
    }

    private void look(Standalone node, String key) {
        looked++;
        Optional<KeyLine> design = designOf(key.replaceAll("[{}]", ""));
        if (design.isEmpty()) {
            strange.add(key);
        } else if (design.get().ttlSeconds().isPresent()) {
            mortal++;
            if (Long.parseLong(node.command("PTTL", key)) == -1) {
                endless.add(key);
            }
        }
    }

    /** The key of the design with the most letters in common, by its whole form first. */
    private Optional<KeyLine> designOf(String key) {
        Comparator<KeyLine> letters = Comparator.comparingInt(
                line -> line.name().replaceAll("\\{[^}]*}|<[^>]*>", "").length());
        return designed.stream()
                .filter(line -> form(line.name()).matcher(key).matches())
                .max(letters)
                .or(() -> designed.stream()
                        .filter(line -> key.startsWith(prefix(line.name())))
                        .max(letters));
    }

    private static Pattern form(String name) {
        StringBuilder form = new StringBuilder();
        for (String part : name.split("(?=[{<])|(?<=[}>])")) {
            boolean open = part.startsWith("{") || part.startsWith("<");
            form.append(open ? ".+" : Pattern.quote(part));
        }
        return Pattern.compile(form.toString());
    }

    /** What all keys of that name begin with. */
    static String prefix(String name) {
        return name.replaceFirst("[{<].*", "");
    }

    Ttls ttls() {
        return new Ttls(mortal, endless.size(), endless.stream().limit(3).toList());
    }

    Names names() {
        return new Names(looked, strange.size(), strange.stream().limit(3).toList());
    }
}
