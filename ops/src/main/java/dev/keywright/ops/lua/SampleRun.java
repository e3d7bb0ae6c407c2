package dev.keywright.ops.lua;

import dev.keywright.ops.wire.Answer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sample call of a script, run and measured. */
final class SampleRun {

    private static final Pattern TIME = Pattern.compile("cmdstat_evalsha:.*?usec_per_call=([\\d.]+)");

    /** The answer of a script that had to be stopped. */
    static final String ENDLESS = "did not end within 5 seconds";

    private SampleRun() {}

    /** Runs the sample on a server with nothing but what it needs, and measures it. */
    static ScriptRun run(Laboratory laboratory, String source, SampleCall sample) {
        sample.prepare(laboratory);
        Laboratory.Outcome outcome = laboratory.run(source, sample.keys(), sample.arguments());
        if (outcome.endless()) {
            return new ScriptRun(sample.keys(), sample.arguments(), ENDLESS, true, List.of(), 5_000_000);
        }
        List<String> commands =
                outcome.commands().stream().map(MonitorLine::shown).toList();
        String digest = laboratory.ask("SCRIPT", "LOAD", source).text();
        laboratory.ask("CONFIG", "RESETSTAT");
        for (int i = 0; i < 20; i++) {
            sample.prepare(laboratory);
            laboratory.runLoaded(digest, sample.keys(), sample.arguments());
        }
        String stats = laboratory.ask("INFO", "commandstats").text();
        Matcher matcher = TIME.matcher(stats);
        long micros = matcher.find() ? Math.round(Double.parseDouble(matcher.group(1))) : 0;
        return new ScriptRun(
                sample.keys(), sample.arguments(), shown(outcome.answer()), outcome.failed(), commands, micros);
    }

    private static String shown(Answer answer) {
        if (answer instanceof Answer.Many many) {
            List<String> parts = many.items().stream().map(SampleRun::shown).toList();
            return "{" + String.join(", ", parts) + "}";
        } else if (answer instanceof Answer.Bulk bulk) {
            return "'" + bulk.text().replaceAll("[^ -~]", ".") + "'";
        } else if (answer instanceof Answer.Nothing) {
            return "nil";
        }
        return answer.text();
    }
}
