package dev.keywright.ops.lua;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one script.
 *
 * @param source the file, as it was named
 * @param version what its header says
 * @param findings worst first, then by line
 * @param run what its sample call did on a private server
 * @param trial what edge values did to it
 */
public record ScriptReport(
        String source,
        Optional<String> version,
        List<Finding> findings,
        Optional<ScriptRun> run,
        Optional<ScriptTrial> trial) {

    public ScriptReport {
        findings = List.copyOf(findings);
    }

    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    public boolean hasErrors() {
        return count(Severity.ERROR) > 0;
    }
}
