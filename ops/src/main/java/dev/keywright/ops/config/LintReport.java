package dev.keywright.ops.config;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.List;

/**
 * What lint found.
 *
 * @param subject the file or server, without password
 * @param kind {@code redis.conf}, {@code sentinel.conf}, {@code users.acl} or {@code server}
 * @param judgedFor the release it was judged for
 * @param role what it was taken to be for
 * @param findings worst first, then in the order of the lines
 * @param rulesRun how many rules looked
 * @param notRun rules that could not look, and why
 * @param fixable how many findings {@code --fix} mends
 */
public record LintReport(
        String subject,
        String kind,
        String judgedFor,
        Role role,
        List<Finding> findings,
        int rulesRun,
        List<NotRun> notRun,
        int fixable) {

    /**
     * Rules that could not look.
     *
     * @param rules their ids
     * @param reason why
     */
    public record NotRun(List<String> rules, String reason) {
        public NotRun {
            rules = List.copyOf(rules);
        }
    }

    public LintReport {
        findings = List.copyOf(findings);
        notRun = List.copyOf(notRun);
    }

    /** How many findings are so bad. */
    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** Whether something is at least so bad. */
    public boolean reaches(Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity().compareTo(severity) >= 0);
    }
}
