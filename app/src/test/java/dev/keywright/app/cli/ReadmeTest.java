package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The output that README.md shows is real. {@code -Dkeywright.docs.write=true} runs the example, measurements included, and
 * writes it there; otherwise what does not hang on the machine is compared.
 */
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");
    private static final Pattern OUTPUT = Pattern.compile("(?s)(<!-- output:[^\n]*-->\n```\n)(.*?)(```\n)");
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^\\./keywright \"([^\"]+)\"$");

    @TempDir
    private Path place;

    @Test
    void showsWhatTheProgramPrints() throws IOException {
        String readme = Files.readString(README);
        Matcher example = EXAMPLE.matcher(readme);
        assertThat(example.find()).isTrue();
        String task = example.group(1);
        if (Boolean.getBoolean("keywright.docs.write")) {
            String out = print(task, "quick");
            readme = OUTPUT.matcher(readme)
                    .replaceFirst(shown -> Matcher.quoteReplacement(shown.group(1) + out + shown.group(3)));
            Files.writeString(README, readme);
        }
        Matcher shown = OUTPUT.matcher(readme);
        assertThat(shown.find()).isTrue();
        assertThat(shown.group(2).lines()).containsAll(stable(print(task, "none")));
    }

    private String print(String task, String evidence) {
        Path folder = place.resolve(evidence);
        Call call = Call.of("-o", folder.toString(), "--evidence", evidence, task);
        assertThat(call.status()).isZero();
        String slug = dev.keywright.app.operation.Solve.slug(task);
        return call.out()
                .replaceFirst("\\A\n+", "")
                .replaceFirst("\n+\\z", "\n")
                .replace(folder.toString(), "keywright-out/" + slug);
    }

    /** What no measurement changes: from the headline to the promises, and the server. */
    private static List<String> stable(String out) {
        List<String> lines = out.lines().toList();
        int promises = lines.indexOf(lines.stream()
                .filter(line -> line.contains("promises"))
                .findFirst()
                .orElseThrow());
        return lines.subList(0, promises + 1);
    }
}
