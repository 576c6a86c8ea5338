// Swagger UI over our own OpenAPI document. A file of its own, so that no script is inline.
SwaggerUIBundle({
  url: "/api/v1/schema",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
