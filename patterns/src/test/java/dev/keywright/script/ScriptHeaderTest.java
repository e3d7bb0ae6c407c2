package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every script says on its first lines what it takes and gives; this test reads them. */
class ScriptHeaderTest {

    private static final Path SCRIPTS = Path.of("src/main/resources");
    private static final List<String> WORDS = List.of("KEYS", "ARGV", "REPLY", "COST", "NEEDS", "TRY");

    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.walk(SCRIPTS)) {
            return files.filter(file -> file.toString().endsWith(".lua"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void declaresWhatItUses(Path script) throws IOException {
        String text = Files.readString(script, UTF_8);
        assertThat(text).startsWith("#!lua");
        assertThat(script.getFileName().toString()).matches("[a-z]+(-[a-z]+)*\\.lua");
        String header = text.substring(text.indexOf("--[["), text.indexOf("]]"));
        String body = text.substring(text.indexOf("]]"));
        List<String> order = new ArrayList<>();
        header.lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(WORDS::contains)
                .forEach(order::add);
        assertThat(order).as("words of the header, in order").isEqualTo(WORDS);
        for (String array : List.of("KEYS", "ARGV")) {
            assertThat(declared(header, array)).as(array + " declared").containsAll(used(body, array));
        }
        for (String banned : List.of("KEYS", "SMEMBERS", "HGETALL", "LRANGE", "SORT", "SCAN", "EXPIRE", "SETEX")) {
            assertThat(body).as("X9, X5: commands inside").doesNotContain("'" + banned + "'");
        }
        assertThat(body).as("X4: time and chance").doesNotContain("math.random", "os.time", "os.clock");
    }

    private static Set<Integer> used(String body, String array) {
        Set<Integer> used = new TreeSet<>();
        Matcher matcher = Pattern.compile(array + "\\[(\\d+)]").matcher(body);
        while (matcher.find()) {
            used.add(Integer.valueOf(matcher.group(1)));
        }
        return used;
    }

    /** {@code KEYS  1 bucket ...}, {@code 2 ...} on the lines below; {@code 5..} declares the rest. */
    private static Set<Integer> declared(String header, String array) {
        Set<Integer> declared = new TreeSet<>();
        boolean inside = false;
        for (String line : header.split("\n")) {
            String first = line.split(" ", 2)[0];
            if (WORDS.contains(first)) {
                inside = first.equals(array);
            }
            Matcher matcher = Pattern.compile("^\\w*\\s+(\\d+)(\\.\\.)?\\s").matcher(line);
            if (inside && matcher.find()) {
                int number = Integer.parseInt(matcher.group(1));
                int last = matcher.group(2) == null ? number : number + 20;
                for (int i = number; i <= last; i++) {
                    declared.add(i);
                }
            }
        }
        return declared;
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void itsTrialLineIsOneThatCanBeRun(Path script) throws IOException {
        String line = Files.readString(script, UTF_8)
                .lines()
                .filter(each -> each.startsWith("TRY"))
                .findFirst()
                .orElseThrow();
        List<String> words = Arrays.asList(line.trim().split("\\s+"));
        assertThat(words.subList(0, 3)).isEqualTo(List.of("TRY", "EVAL", "KEYS"));
        assertThat(words.indexOf("ARGV")).isGreaterThan(3);
        assertThat(words).hasSizeGreaterThan(words.indexOf("ARGV") + 1);
    }
}
