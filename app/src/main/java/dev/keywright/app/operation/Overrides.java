package dev.keywright.app.operation;

import dev.keywright.expert.workload.Quantities;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code --set name=value}: quantities by their canonical names, values with the usual endings (5M, 2KiB, 30min). */
public final class Overrides {

    private Overrides() {}

    /** @throws UserError when a setting has no name, a name nobody knows or no value that can be read */
    public static Map<String, Double> parse(List<String> settings) {
        Map<String, Double> overrides = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new UserError("--set " + setting + " is not name=value; write for example --set keys=5M.");
            }
            String given = setting.substring(0, equals).strip();
            String name = Quantities.named(given)
                    .orElseThrow(
                            () -> new UserError("--set knows no quantity called " + given + "; " + suggestion(given)));
            String text = setting.substring(equals + 1);
            overrides.put(
                    name,
                    Quantities.value(name, text)
                            .orElseThrow(
                                    () -> new UserError("--set " + setting + " has no value that can be read; write "
                                            + "for example " + name + "=" + example(name) + ".")));
        }
        return overrides;
    }

    private static String suggestion(String given) {
        List<String> parts =
                Arrays.asList(given.toLowerCase(java.util.Locale.ROOT).split("[^a-z]+"));
        List<String> near = Quantities.NAMES.stream()
                .filter(name -> parts.stream().anyMatch(part -> part.length() > 2 && shares(name, part)))
                .toList();
        List<String> shown = near.isEmpty() ? Quantities.NAMES : near;
        return (near.isEmpty() ? "known are " : "did you mean ")
                + String.join(near.isEmpty() ? ", " : " or ", shown)
                + (near.isEmpty() ? "." : "?");
    }

    private static boolean shares(String name, String part) {
        return Arrays.stream(name.split("_"))
                .anyMatch(word -> word.startsWith(part) || part.startsWith(word) && word.length() > 2);
    }

    private static String example(String name) {
        if (name.endsWith("_bytes")) {
            return "2KB, 6GiB or 4096";
        }
        if (name.endsWith("_per_second")) {
            return "25k, 300/min or 12M/day";
        }
        if (name.endsWith("_seconds")) {
            return "90, 90s, 15min or 2h";
        }
        if (name.endsWith("_ms")) {
            return "5 or 5ms";
        }
        if (name.endsWith("_m")) {
            return "500 or 3km";
        }
        return name.endsWith("percent") ? "99.95" : "5000, 80k or 5M";
    }
}
