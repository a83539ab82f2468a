package io.agentfense.secret.rule;

import static io.agentfense.secret.rule.Severity.HIGH;
import static io.agentfense.secret.rule.Severity.MEDIUM;
import static io.agentfense.secret.rule.Shapes.around;
import static io.agentfense.secret.rule.Shapes.nearby;
import static io.agentfense.secret.rule.Shapes.token;

import io.agentfense.secret.check.TokenChecksum;
import java.util.List;

/** Where code is kept, built and published, and what watches it run. */
final class ForgeRules {
    static final List<Rule> RULES = List.of(
            token(
                    "github-token",
                    "GitHub token",
                    HIGH,
                    List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
                    "gh[pousr]_[A-Za-z0-9]{36}",
                    TokenChecksum::fits),
            token(
                    "github-fine-grained-token",
                    "GitHub fine-grained token",
                    HIGH,
                    "github_pat_",
                    "[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
            token(
                    "gitlab-token",
                    "GitLab token",
                    HIGH,
                    List.of(
                            "glpat-",
                            "glrt-",
                            "gldt-",
                            "glcbt-",
                            "glptt-",
                            "glsoat-",
                            "glft-",
                            "glimt-",
                            "glagent-",
                            "gloas-",
                            "glffct-"),
                    "gl(?:pat|rt|dt|cbt|ptt|soat|ft|imt|agent|oas|ffct)-[\\w-]{20,300}(?:\\.\\d\\d\\.?[0-9a-z]{7,9})?(?![\\w-])"),
            token("gitlab-runner-token", "GitLab runner registration token", HIGH, "GR1348941", "[\\w-]{20}(?![\\w-])"),
            token("bitbucket-token", "Bitbucket app password", HIGH, "ATBB", "[A-Za-z0-9]{32}"),
            token(
                    "atlassian-token",
                    "Atlassian API token",
                    HIGH,
                    List.of("ATATT3xFfG", "ATCTT3xFfG"),
                    "AT[AC]TT3xFfG[\\w-]{80,250}(?:=[0-9A-F]{8})?"),
            token("npm-token", "npm token", HIGH, List.of("npm_"), "npm_[A-Za-z0-9]{36}", TokenChecksum::fits),
            nearby(
                            "npm-token",
                            "npm token or password",
                            HIGH,
                            List.of("_authtoken", "_password", "_auth"),
                            200,
                            "_(?:authToken|password|auth)\\s*=\\s*[\"']?(?<secret>[\\w+/=-]{16,160})",
                            NearbyFinder::isPassword)
                    .inFiles("\\.npmrc|npmrc|\\.yarnrc.*"),
            token(
                    "pypi-token",
                    "PyPI token",
                    HIGH,
                    List.of("pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"),
                    "pypi-Ag(?:EIcHlwaS5vcmc|ENdGVzdC5weXBpLm9yZw)[\\w-]{50,1000}"),
            token("rubygems-key", "RubyGems key", HIGH, "rubygems_", "[0-9a-f]{48}"),
            token("crates-token", "Cargo registry token", HIGH, "cio", "[A-Za-z0-9]{32}"),
            token("nuget-key", "NuGet key", HIGH, "oy2", "[a-z0-9]{43}"),
            token("clojars-token", "Clojars token", HIGH, "CLOJARS_", "[a-z0-9]{60}"),
            token(
                    "artifactory-key",
                    "Artifactory key",
                    HIGH,
                    List.of("AKCp", "cmVmdGtuO"),
                    "(?:AKCp[A-Za-z0-9]{69}|cmVmdGtuO[A-Za-z0-9]{55})"),
            token(
                    "docker-hub-token",
                    "Docker Hub token",
                    HIGH,
                    List.of("dckr_pat_", "dckr_oat_"),
                    "dckr_(?:pat_[\\w-]{27}|oat_[\\w-]{32})(?![\\w-])"),
            token("sonar-token", "SonarQube token", MEDIUM, List.of("squ_", "sqp_", "sqa_"), "sq[upa]_[0-9a-f]{40}"),
            token(
                    "circleci-token",
                    "CircleCI token",
                    HIGH,
                    List.of("CCIPAT_", "CCIPRJ_"),
                    "CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}"),
            token("buildkite-token", "Buildkite token", HIGH, List.of("bkua_"), "bkua_[0-9a-f]{40}"),
            token(
                    "sourcegraph-token",
                    "Sourcegraph token",
                    HIGH,
                    List.of("sgp_"),
                    "sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}"),
            token(
                    "launchdarkly-key",
                    "LaunchDarkly key",
                    HIGH,
                    List.of("sdk-", "api-"),
                    "(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
            token(
                    "grafana-token",
                    "Grafana token",
                    HIGH,
                    List.of("glsa_", "glc_", "eyJrIjoi"),
                    "(?:glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2}|eyJrIjoi[A-Za-z0-9]{70,400}={0,2})"),
            token(
                    "sentry-token",
                    "Sentry token",
                    HIGH,
                    List.of("sntrys_", "sntryu_"),
                    "sntry(?:s_eyJ[\\w+/=]{60,400}_[\\w+/]{43}|u_[0-9a-f]{64})"),
            nearby(
                    "sentry-dsn",
                    "Sentry DSN with its secret key",
                    MEDIUM,
                    List.of("://"),
                    140,
                    "://[0-9a-f]{32}:(?<secret>[0-9a-f]{32})@[\\w.-]{4,60}/\\d+"),
            token(
                    "new-relic-key",
                    "New Relic key",
                    HIGH,
                    List.of("NRAK-", "NRII-", "NRSP-"),
                    "(?:NRAK-[A-Z0-9]{27}|NRII-[\\w-]{32}|NRSP-[\\w-]{24,40})"),
            around(
                    "new-relic-license",
                    "New Relic licence key",
                    HIGH,
                    "NRAL",
                    36,
                    "(?:[a-z]{2}\\d{2}xx)?[0-9a-f]{30,36}[A-Fa-f0-9]{0,4}NRAL"),
            nearby(
                    "datadog-key",
                    "Datadog API or application key",
                    HIGH,
                    List.of("datadog", "dd_api_key", "dd-api-key", "dd_app_key", "dd-application-key"),
                    160,
                    "(?i)(?:datadog|dd[_-]ap)[\\w.\\-\"':\\s\\[\\](={]{0,60}?(?:key|token|secret|i_key|p_key)s?[\"']?\\s*\\]?\\s*(?:=>|[:=,(]){1,2}[\"'\\s(]{0,4}(?<secret>[0-9a-f]{40}|[0-9a-f]{32})(?!\\w)"),
            token(
                    "dynatrace-token",
                    "Dynatrace token",
                    HIGH,
                    List.of("dt0c01.", "dt0s01.", "dt0s16."),
                    "dt0[cs]\\d\\d\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"),
            token("postman-key", "Postman key", HIGH, "PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}"),
            token(
                    "linear-key",
                    "Linear key",
                    HIGH,
                    List.of("lin_api_", "lin_oauth_"),
                    "lin_(?:api_[A-Za-z0-9]{40}|oauth_[0-9a-f]{64})"),
            token(
                    "notion-token",
                    "Notion token",
                    HIGH,
                    List.of("ntn_", "secret_"),
                    "(?:ntn_\\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})"),
            token("airtable-token", "Airtable token", HIGH, "pat", "[A-Za-z0-9]{14}\\.[0-9a-f]{64}"),
            nearby(
                    "airtable-token",
                    "Airtable key",
                    HIGH,
                    List.of("airtable"),
                    80,
                    "(?i)airtable[\\w.-]{0,20}[\"']?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}(?-i)(?<secret>key[A-Za-z0-9]{14})(?!\\w)"),
            token("figma-token", "Figma token", HIGH, "figd_", "[\\w-]{40}(?![\\w-])"),
            token("contentful-token", "Contentful token", HIGH, "CFPAT-", "[\\w-]{43}(?![\\w-])"),
            nearby(
                    "okta-token",
                    "Okta token",
                    HIGH,
                    List.of("okta", "ssws"),
                    120,
                    "(?i)(?:okta[\\w.-]{0,25}[\"']?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}|ssws\\s{1,3})(?-i)(?<secret>00[\\w-]{40})(?![\\w-])"));

    private ForgeRules() {}
}
