package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Programs that take keys to another way of storing them while others read and write: a class that reads both ways, and a mover that
 * may be stopped and run again. There is one for {@code bucketed-hash}.
 */
public final class Migration {

    private static final String NUMBER = "{n}";
    /** Names of other characters would need escapes in a pattern of SCAN, in a regular expression and in Java. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9:._/-]+");

    private Migration() {}

    /** The files of a plan's migrations, by their paths. */
    public static Map<String, String> of(Plan plan) {
        Map<String, String> files = new LinkedHashMap<>();
        for (Plan.Remodelling each : plan.remodellings()) {
            boolean plain = PLAIN.matcher(each.pattern().replace(NUMBER, "0")).matches();
            if (each.kind().equals("bucketed-hash") && plain) {
                String name = name(each.pattern());
                files.put("migration/" + name + ".java", buckets(each.pattern(), name));
            }
        }
        return files;
    }

    /** {@code user:{n}:visits:{n}} becomes {@code UserVisitsBuckets}. */
    private static String name(String pattern) {
        StringBuilder name = new StringBuilder();
        for (String word : pattern.replace(NUMBER, " ").split("[^A-Za-z0-9]+")) {
            if (!word.isEmpty()) {
                name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        String letters = name.toString();
        return (letters.isEmpty() || Character.isDigit(letters.charAt(0)) ? "Keys" + letters : letters) + "Buckets";
    }

    static String buckets(String pattern, String name) {
        return template()
                .replace("@CLASS@", name)
                .replace("@SHOWN@", pattern)
                .replace("@GLOB@", pattern.replace(NUMBER, "[0-9]*"))
                .replace("@REGEX@", pattern.replace(".", "[.]").replace(NUMBER, "[0-9]+"));
    }

    private static String template() {
        try (InputStream in = Objects.requireNonNull(Migration.class.getResourceAsStream("Buckets.java.txt"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
