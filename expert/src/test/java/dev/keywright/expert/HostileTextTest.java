package dev.keywright.expert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.LabelledTasks.Labelled;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random, mangled and hostile texts: always an answer, never a crash, none of them slow. */
class HostileTextTest {

    private static final int TEXTS = Integer.getInteger("keywright.hostile.texts", 2_000);
    private static final Duration EACH = Duration.ofSeconds(1);

    private static final List<String> BITS = List.of(
            "; rm -rf / #",
            "$(curl evil)",
            "`id`",
            "' OR 1=1 --",
            "\"}]}{\"kind\":\"design\"",
            "\u0000\u0001\u001b[31m",
            "EVAL \"return redis.call('FLUSHALL')\" 0",
            "\ud83d\udca9".repeat(20),
            "\ud800",
            "\udfff",
            "\u202e\u200b\ufeff",
            "1e999999",
            "99999999999999999999999999999999 users",
            "-5 requests per -1 seconds",
            "NaN items",
            "0 GB",
            "((((((((((",
            "{{{{{{",
            "%s%n%d",
            "${jndi:ldap://x}",
            "\\u0000",
            "<script>alert(1)</script>",
            "1/0 million",
            "cache",
            "lock",
            "per",
            "and",
            "million",
            "seconds",
            "to",
            "5 to to 8",
            "a a a a a a",
            "half half of a half",
            "\r\n\r\n",
            "\t\t\t",
            "....",
            "???",
            "!!!",
            "M M M 5M5M5M",
            "1,,,,000",
            "1.2.3.4:6379",
            "2^64",
            "\u0661\u0662\u0663 keys");

    private final Expert expert = new Expert(Knowledge.load());

    @Test
    void answersMangledTextsEachWithinASecond() {
        Random random = new Random(42);
        List<String> seeds = new ArrayList<>();
        LabelledTasks.read("tune-a.jsonl").stream().map(Labelled::text).forEach(seeds::add);
        Duration worst = Duration.ZERO;
        for (int i = 0; i < TEXTS; i++) {
            String text = mangled(random, seeds);
            Task task = new Task("t" + i, text);
            long start = cpuNanos();
            Answer answer = expert.answer(task, Map.of()).answer();
            Duration took = Duration.ofNanos(cpuNanos() - start);
            if (took.compareTo(EACH)
                    >= 0) { // a text that is slow is so again; a machine that lends its time to others is not
                start = cpuNanos();
                assertThat(expert.answer(task, Map.of()).answer().kind()).isEqualTo(answer.kind());
                took = Duration.ofNanos(cpuNanos() - start);
            }
            worst = took.compareTo(worst) > 0 ? took : worst;
            assertThat(answer.kind()).as("kind for %s", text).isIn("design", "query", "ops", "refusal");
            assertThat(answer.understood().quantities().values())
                    .as("figures for %s", text)
                    .allMatch(Double::isFinite);
        }
        assertThat(worst).as("the slowest answer").isLessThan(EACH);
    }

    /** Of this thread: what others do on the machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void answersEmptyHugeAndBinaryTexts() {
        Random random = new Random(7);
        List<String> texts = List.of(
                "",
                " ",
                "\n",
                "\u0000",
                "x".repeat(1_000_000),
                "5 million ".repeat(100_000),
                "a b ".repeat(250_000),
                "1,000 ".repeat(100_000),
                everyPlane(),
                binary(random, 1_000_000));
        for (String text : texts) {
            long start = cpuNanos();
            Answer answer = expert.answer(new Task("", text), Map.of()).answer();
            assertThat(Duration.ofNanos(cpuNanos() - start))
                    .as("time for %.20s", text)
                    .isLessThan(EACH);
            assertThat(answer.answer()).isNotBlank();
        }
    }

    private static String mangled(Random random, List<String> seeds) {
        StringBuilder text = new StringBuilder();
        for (int parts = 1 + random.nextInt(4); parts > 0; parts--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(BITS.get(random.nextInt(BITS.size())));
                case 1 -> text.append(seeds.get(random.nextInt(seeds.size())));
                case 2 -> text.append(shuffled(random, seeds.get(random.nextInt(seeds.size()))));
                default -> text.append(binary(random, random.nextInt(200)));
            }
            text.append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }

    private static String shuffled(Random random, String text) {
        StringBuilder mangled = new StringBuilder(text);
        for (int i = 0; i < 10 && mangled.length() > 1; i++) {
            int at = random.nextInt(mangled.length());
            switch (random.nextInt(3)) {
                case 0 -> mangled.deleteCharAt(at);
                case 1 -> mangled.insert(at, (char) random.nextInt(0x10000));
                default -> mangled.setCharAt(at, mangled.charAt(random.nextInt(mangled.length())));
            }
        }
        return mangled.toString();
    }

    private static String binary(Random random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(0x10000));
        }
        return text.toString();
    }

    private static String everyPlane() {
        StringBuilder text = new StringBuilder();
        for (int plane = 0; plane <= 16; plane++) {
            for (int i = 0; i < 200; i++) {
                text.appendCodePoint(plane * 0x10000 + i * 317 % 0x10000);
            }
        }
        return text.toString();
    }
}
