# The images that ship: `docker buildx bake`, or one of them with `docker buildx bake api`.
variable "RELEASE" {
  default = "unreleased"
}

group "default" {
  targets = ["api", "web", "reports"]
}

target "api" {
  context    = "api"
  target     = "production"
  args       = { RELEASE = RELEASE }
  tags       = ["registry.maktab.example/api:${RELEASE}"]
  cache-from = ["type=registry,ref=registry.maktab.example/api:cache"]
}

target "web" {
  context    = "web"
  target     = "production"
  args       = { RELEASE = RELEASE }
  tags       = ["registry.maktab.example/web:${RELEASE}"]
  cache-from = ["type=registry,ref=registry.maktab.example/web:cache"]
  secret     = ["id=sentry_auth_token,env=SENTRY_AUTH_TOKEN"]
}

target "reports" {
  context    = "reports"
  target     = "production"
  args       = { RELEASE = RELEASE }
  tags       = ["registry.maktab.example/reports:${RELEASE}"]
  cache-from = ["type=registry,ref=registry.maktab.example/reports:cache"]
}
