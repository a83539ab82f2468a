package io.agentfense.secret.rule;

import static io.agentfense.secret.rule.Severity.HIGH;
import static io.agentfense.secret.rule.Severity.MEDIUM;
import static io.agentfense.secret.rule.Shapes.around;
import static io.agentfense.secret.rule.Shapes.nearby;
import static io.agentfense.secret.rule.Shapes.token;

import io.agentfense.secret.check.AwsAccount;
import java.util.List;

/** Clouds and who hosts for others. */
final class CloudRules {
    /** What may stand between the name of a service and its key: the rest of a name, quotes, an assignment. */
    private static final String KEY_OF = "[\\w.\\- ]{0,30}[\"']?(?:\\]|\\s)*(?:[:=,(>]|=>)[\"'\\s=({]{0,8}";

    static final List<Rule> RULES = List.of(
            token(
                    "aws-access-key",
                    "AWS access key id",
                    HIGH,
                    List.of("AKIA", "ASIA", "ABIA", "ACCA"),
                    "A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}",
                    AwsAccount::exists),
            nearby(
                    "aws-secret-key",
                    "AWS secret access key",
                    HIGH,
                    List.of(
                            "secret_access_key",
                            "secretaccesskey",
                            "secret-access-key",
                            "aws_secret",
                            "awssecret",
                            "secret_key",
                            "secretkey",
                            "secret key"),
                    120,
                    "(?i)(?:secret[_\\- ]?(?:access)?[_\\- ]?key|aws[_\\-]?secret)" + KEY_OF
                            + "(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
                    (text, start, end) -> NearbyFinder.isRandom(text, start, end)
                            && GenericValues.mixesCases(text.substring(start, end))),
            nearby(
                    "aws-session-token",
                    "AWS session token",
                    HIGH,
                    List.of("session_token", "sessiontoken", "security_token"),
                    1500,
                    "(?i)se(?:ssion|curity)_?token" + KEY_OF
                            + "(?<secret>(?:IQoJ|FwoG|FQoG|AQoD)[A-Za-z0-9/+=]{100,1200})"),
            token("aws-bedrock-key", "Amazon Bedrock API key", HIGH, "ABSK", "[A-Za-z0-9+/]{100,260}={0,2}"),
            Rule.of(
                    "gcp-service-account",
                    "Private key of a Google Cloud service account",
                    HIGH,
                    Confidence.HIGH,
                    List.of("-----begin "),
                    new PemFinder("service_account", 1500)),
            token("google-api-key", "Google API key", MEDIUM, "AIza", "[\\w-]{35}(?![\\w-])"),
            token("google-oauth-secret", "Google OAuth client secret", HIGH, "GOCSPX-", "[\\w-]{28}(?![\\w-])"),
            token("google-oauth-token", "Google OAuth access token", MEDIUM, "ya29.", "[\\w-]{60,600}"),
            nearby(
                    "google-refresh-token",
                    "Google OAuth refresh token",
                    HIGH,
                    List.of("refresh_token", "refreshtoken"),
                    250,
                    "(?i)refresh_?token" + KEY_OF + "(?<secret>1//0[\\w-]{40,150})"),
            nearby(
                    "firebase-server-key",
                    "Firebase Cloud Messaging server key",
                    HIGH,
                    List.of("AAAA"),
                    200,
                    "(?<secret>AAAA[\\w-]{7}:APA91b[\\w-]{134})(?![\\w-])"),
            nearby(
                    "azure-storage-key",
                    "Azure storage account key",
                    HIGH,
                    List.of("accountkey", "account_key", "storage_key", "storage_access_key"),
                    160,
                    "(?i)(?:account|storage)(?:_access)?_?key" + KEY_OF + "(?<secret>[A-Za-z0-9+/]{86}==)"),
            nearby(
                    "azure-shared-access-key",
                    "Azure shared access key",
                    HIGH,
                    List.of("sharedaccesskey"),
                    120,
                    "(?i)sharedaccesskey\\s*=\\s*(?<secret>[A-Za-z0-9+/]{43}=)"),
            nearby(
                    "azure-sas",
                    "Signature of an Azure shared access URL",
                    MEDIUM,
                    List.of("sig="),
                    120,
                    "(?i)sig=(?<secret>[A-Za-z0-9%+/]{43,70}(?:%3D|=))"),
            around("azure-client-secret", "Azure client secret", HIGH, "Q~", 4, "[\\w~.]{3}\\dQ~[\\w~.-]{31,34}"),
            around("azure-devops-token", "Azure DevOps token", HIGH, "AZDO", 76, "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
            around("azure-function-key", "Azure function key", HIGH, "AzFu", 44, "[\\w-]{44}AzFu[\\w-]{5}[AQgw]=="),
            token(
                    "digitalocean-token",
                    "DigitalOcean token",
                    HIGH,
                    List.of("dop_v1_", "doo_v1_", "dor_v1_"),
                    "do[por]_v1_[0-9a-f]{64}"),
            token(
                    "heroku-key",
                    "Heroku API key",
                    HIGH,
                    "HRKU-",
                    "(?:AA[\\w-]{58}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
            nearby(
                    "heroku-key",
                    "Heroku API key",
                    HIGH,
                    List.of("heroku"),
                    120,
                    "(?i)heroku[\\w.-]{0,20}(?:key|token|auth|secret)\\w{0,10}[\"']?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}(?<secret>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
            nearby(
                    "cloudflare-token",
                    "Cloudflare API token or key",
                    HIGH,
                    List.of("cloudflare", "cf_api", "cf-api", "x-auth-key", "cf_token"),
                    140,
                    "(?i)(?:cloudflare|cf[_-]api|x-auth-key|cf_token)[\\w.\\-]{0,30}[\"']?(?:\\]|\\s)*(?:[:=,(]|=>)[\"'\\s({]{0,4}(?<secret>[\\w-]{40}|[0-9a-f]{37})(?![\\w-])"),
            nearby(
                    "cloudflare-origin-key",
                    "Cloudflare origin CA key",
                    HIGH,
                    List.of("v1.0-"),
                    200,
                    "(?<secret>v1\\.0-[0-9a-f]{24}-[0-9a-f]{146})(?![\\w-])"),
            token("flyio-token", "Fly.io token", HIGH, "fm2_", "[A-Za-z0-9+/]{100,}={0,3}"),
            token("netlify-token", "Netlify token", HIGH, "nfp_", "[A-Za-z0-9_]{36}"),
            token(
                    "planetscale-token",
                    "PlanetScale token or password",
                    HIGH,
                    List.of("pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
                    "pscale_(?:tkn|pw|oauth)_[\\w=.-]{32,64}"),
            token(
                    "supabase-key",
                    "Supabase secret key",
                    HIGH,
                    List.of("sbp_", "sb_secret_"),
                    "sb(?:p_[0-9a-f]{40}|_secret_[\\w-]{31})"),
            token(
                    "tailscale-key",
                    "Tailscale key",
                    HIGH,
                    List.of("tskey-"),
                    "tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{10,20}(?:CNTRL)?-[A-Za-z0-9]{20,40}"),
            token("alibaba-key", "Alibaba Cloud access key id", MEDIUM, "LTAI", "[A-Za-z0-9]{20}"),
            token("pulumi-token", "Pulumi token", HIGH, "pul-", "[0-9a-f]{40}"),
            around(
                    "terraform-cloud-token",
                    "Terraform Cloud token",
                    HIGH,
                    ".atlasv1.",
                    14,
                    "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}"),
            token(
                    "vault-token",
                    "HashiCorp Vault token",
                    HIGH,
                    List.of("hvs.", "hvb.", "hvr."),
                    "hv[sbr]\\.[\\w-]{24,300}"),
            nearby(
                    "vault-token",
                    "HashiCorp Vault token",
                    HIGH,
                    List.of("vault_token", "x-vault-token", "vault_dev_root_token"),
                    80,
                    "(?i)(?:x-)?vault[_-](?:dev_root_)?token(?:_id)?[\"']?\\s*[:=,]\\s*[\"']?(?<secret>s\\.[A-Za-z0-9]{24})(?!\\w)"),
            token("databricks-token", "Databricks token", HIGH, "dapi", "[0-9a-f]{32}(?:-\\d)?"),
            token(
                    "doppler-token",
                    "Doppler token",
                    HIGH,
                    List.of("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
                    "dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?:[\\w-]{2,35}\\.)?[A-Za-z0-9]{40,44}"),
            nearby(
                    "fastly-token",
                    "Fastly token",
                    HIGH,
                    List.of("fastly"),
                    100,
                    "(?i)fastly[\\w.-]{0,20}(?:key|token)[\"']?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}(?<secret>[\\w-]{32})(?![\\w-])"));

    private CloudRules() {}
}
