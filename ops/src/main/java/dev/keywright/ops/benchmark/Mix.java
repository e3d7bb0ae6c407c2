package dev.keywright.ops.benchmark;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Commands and how often each is sent in proportion to the others. Immutable. */
public final class Mix {

    /** One command of the mix. */
    record Part(Template template, double weight) {}

    private static final String OWN_FAMILIES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final List<Part> parts;

    private Mix(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads {@code get=80,set=20}; a name alone has the weight 1.
     *
     * @throws IllegalArgumentException when a name or a weight is none
     */
    public static Mix parse(String text) {
        List<Part> parts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String piece : text.split(",", -1)) {
            String[] sides = piece.strip().split("=", 2);
            Template template = Template.named(sides[0])
                    .orElseThrow(
                            () -> new IllegalArgumentException("'" + sides[0] + "' is no command of a mix; there are "
                                    + String.join(" ", Template.names()) + ", and --command takes your own"));
            if (!seen.add(template.name())) {
                throw new IllegalArgumentException(template.name() + " is in the mix twice; name it once");
            }
            parts.add(new Part(template, sides.length < 2 ? 1 : weight(sides[1])));
        }
        return new Mix(parts);
    }

    /** Only commands in own words, such as {@code GETRANGE {key} 0 9}, each with the weight 1, or {@code 5:GETRANGE {key} 0 9}. */
    public static Mix of(List<String> lines) {
        return new Mix(List.of()).and(lines);
    }

    /** This mix and commands in own words. */
    public Mix and(List<String> lines) {
        if (lines.size() > OWN_FAMILIES.length()) {
            throw new IllegalArgumentException(
                    lines.size() + " own commands are too many; give " + OWN_FAMILIES.length() + " at most");
        }
        List<Part> all = new ArrayList<>(parts);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean weighted = line.matches("\\d+(\\.\\d+)?:.*");
            int colon = weighted ? line.indexOf(':') : -1;
            double weight = weighted ? weight(line.substring(0, colon)) : 1;
            all.add(new Part(Template.own(line.substring(colon + 1), OWN_FAMILIES.charAt(i)), weight));
        }
        return new Mix(all);
    }

    private static double weight(String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?") || Double.parseDouble(text) <= 0) {
            throw new IllegalArgumentException("'" + text + "' is no weight; give a number above 0");
        }
        return Double.parseDouble(text);
    }

    List<Part> parts() {
        return parts;
    }

    List<Template> templates() {
        return parts.stream().map(Part::template).toList();
    }

    /** Families of keys that the commands use. */
    Set<Character> families() {
        return parts.stream()
                .map(Part::template)
                .filter(Template::hasKey)
                .map(Template::family)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public String toString() {
        double all = parts.stream().mapToDouble(Part::weight).sum();
        return parts.stream()
                .map(part -> part.template().name() + " " + Math.round(100 * part.weight() / all) + " %")
                .collect(Collectors.joining(", "));
    }
}
